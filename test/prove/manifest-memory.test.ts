/** A version of very many files is read and compared in little memory: what docs/speed-and-scale.md states. */
import { expect, test } from '@jest/globals';
import { asTerminal } from '../support/platform.ts';
import { manifestText } from '../support/manifests.ts';
import { CLI, startProgram } from '../support/process.ts';
import { putRaw } from '../support/raw.ts';
import { withRegistry } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { rightInputs } from '../platforms/wrong-runs.ts';

test.each([
  { count: 100_000, heap: 100 },
  { count: 200_000, heap: 180 },
])('$count files need no more than $heap MB of heap', async ({ count, heap }) => {
  await withRegistry({}, async (registry) => {
    await inFolder(async (cwd) => {
      const of = { name: 'many', version: '1.0.0' };
      const entries = Array.from({ length: count }, (_, at) => ({
        name: `some/folder/of/files-${at % 1000}/file-${at}`,
        content: '',
      }));
      await putRaw(registry, of, 'generic-package.json', manifestText(of, entries));
      const { args, env } = asTerminal({
        ...rightInputs(registry, 'download'),
        'package-name': of.name,
        'dry-run': 'true',
      });
      const limit = `--max-old-space-size=${heap}`;
      const started = await startProgram(process.execPath, [limit, CLI, 'download', ...args], { cwd, env });
      const run = await started.ended;
      expect(run).toMatchObject({ code: 0, signal: null });
      expect(run.stdout).toContain(`would fetch ${count} files`);
    });
  });
});
