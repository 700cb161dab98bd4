/** GitLab's race for a new version's row: the first upload goes alone, the rest at once, nobody loses. */
import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openRelay, type Passing } from '../prove/support/relay.ts';
import { terminal } from '../support/in-process.ts';
import { storedRows, tryPutRaw, WIDGET } from '../support/raw.ts';
import { PROJECT, puts, TOKENS, withRegistry } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';

const NAMES = Array.from({ length: 120 }, (_, index) => `part-${String(index).padStart(3, '0')}.txt`);
/** What is sent at once where `concurrency` says nothing. */
const WIDTH = 8;
const WIDE_RACE = { race_window: 300 };

test('uploads of a new version that start at once lose the race, as they do in GitLab', async () => {
  await withRegistry({ settings: WIDE_RACE }, async (registry) => {
    const answers = await Promise.all(NAMES.slice(0, 8).map((name) => tryPutRaw(registry, WIDGET, name, name)));
    // One makes the row; whoever reaches the registry before it is there loses. On a busy machine some come later.
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([201, 500]));
  });
});

test('a new version of 120 files is published eight at a time without a single 500', async () => {
  await inFolder((folder) =>
    withRegistry({ settings: WIDE_RACE }, async (registry) => {
      const relay = await openRelay(registry);
      await mkdir(join(folder, 'out'));
      for (const name of NAMES) await writeFile(join(folder, 'out', name), name);
      const uploads = (): readonly Passing[] => relay.passed.filter(({ upload }) => upload > 0);
      const gathered = Promise.withResolvers<undefined>();
      let beside = 0;
      relay.rule({
        before: async ({ upload }) => {
          const underWay = uploads().filter(({ over }) => !over).length;
          if (upload === 2) beside = underWay;
          // Those after the first wait for each other, or for ever.
          if (upload === 1 + WIDTH) gathered.resolve(undefined);
          if (upload > 1) await gathered.promise;
          return undefined;
        },
      });
      try {
        const inputs = { 'api-url': relay.apiUrl, project: PROJECT.path, token: TOKENS.personal };
        const run = await terminal.run(
          'publish',
          { ...inputs, 'package-version': WIDGET.version, files: '**', directory: 'out' },
          { cwd: folder },
        );
        expect(run).toMatchObject({ code: 0, outputs: { uploaded: '120' } });
      } finally {
        await relay.close();
      }

      // When the second came, no other was under way but itself.
      expect(beside).toBe(1);
      expect(puts(registry).map(({ status }) => status)).toEqual(puts(registry).map(() => 200));
      const names = (await storedRows(registry, WIDGET)).map(({ name }) => name);
      expect(names.sort()).toEqual(['generic-package.json', ...NAMES]);
    }),
  );
});
