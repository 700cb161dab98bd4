/** The verb `demo`: the main job end to end on the embedded registry, nothing else needed. */
import { boolean, type ValuesOf } from '../spec/inputs.ts';
import { defineVerb, type Result } from '../spec/verb.ts';

const inputs = {
  keep: boolean({ default: 'false', description: 'Keep the sample tree and the fetched copy, and say where they are.' }),
} as const;

/** The parsed inputs. */
export type DemoInputs = ValuesOf<typeof inputs>;

const outputs = {
  digest: { kind: 'text', description: 'Digest of the published version.' },
  'file-count': { kind: 'integer', description: 'How many files went out and came back.' },
  bytes: { kind: 'integer', description: 'Their size together.' },
} as const;

/** What run returns. */
export type DemoResult = Result<typeof outputs>;

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
    const { runDemo } = await import(/* webpackMode: "eager" */ './demo-run.ts');
    return runDemo(given, tools);
  },
});
