/** The verb `demo`: the main job end to end on the embedded registry, nothing else needed. */
import { defineVerb } from '../../spec/verb.ts';
import { inputs, outputs } from './inputs.ts';

export const demo = defineVerb({
  name: 'demo',
  summary: 'Show publish and download at work, with no account',
  description:
    'Starts the embedded registry, publishes a sample tree, fetches it back, verifies it, and runs both again to show that nothing moves. ' +
    'Leaves nothing behind.',
  doors: ['terminal'],
  inputs,
  outputs,
  run: async (given, tools) => {
    const { runDemo } = await import(/* webpackMode: "eager" */ './run.ts');
    return runDemo(given, tools);
  },
});
