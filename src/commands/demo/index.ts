/** The command `demo`: the main job end to end on the embedded registry, nothing else needed. */
import { defineCommand } from '../../definitions/command.ts';
import { inputs, outputs } from './inputs.ts';

export const demo = defineCommand({
  name: 'demo',
  summary: 'Show publish and download at work, with no account',
  description:
    'Starts the embedded registry, publishes a sample tree, fetches it back, verifies it, and runs ' +
    'both again to show that nothing moves. Leaves nothing behind.',
  platforms: ['terminal'],
  inputs,
  outputs,
  run: async (given, tools) => {
    const { runDemo } = await import(/* webpackMode: "eager" */ './run.ts');
    return runDemo(given, tools);
  },
});
