/** GitLab's race for a new version's row: the first upload goes alone, the rest at once, nobody loses. */
import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { terminal } from '../support/platforms.ts';
import { storedRows, tryPutRaw, WIDGET } from '../support/raw.ts';
import { PROJECT, puts, TOKENS, withRegistry } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';

const NAMES = Array.from({ length: 120 }, (_, index) => `part-${String(index).padStart(3, '0')}.txt`);
const WIDE_RACE = { race_window: 300 };

test('uploads of a new version that start at once lose the race, as they do in GitLab', async () => {
  await withRegistry({ settings: WIDE_RACE }, async (registry) => {
    const answers = await Promise.all(NAMES.slice(0, 8).map((name) => tryPutRaw(registry, WIDGET, name, name)));
    // One makes the row; whoever reaches the registry before it is there loses. On a busy machine some come later.
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([201, 500]));
  });
});

test('a new version of 120 files is published in parallel without a single 500', async () => {
  await inFolder((folder) =>
    withRegistry({ settings: WIDE_RACE, latency: 15 }, async (registry) => {
      await mkdir(join(folder, 'out'));
      for (const name of NAMES) await writeFile(join(folder, 'out', name), name);
      const inputs = { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.personal };
      const run = await terminal.run(
        'publish',
        { ...inputs, 'package-version': WIDGET.version, files: '**', directory: 'out' },
        { cwd: folder },
      );
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '120' } });

      const [first, second] = puts(registry);
      expect([first?.inFlight, second?.inFlight]).toEqual([1, 1]);
      expect(puts(registry).map(({ status }) => status)).toEqual(puts(registry).map(() => 200));
      expect(registry.maxInFlight).toBeGreaterThanOrEqual(8);
      const names = (await storedRows(registry, WIDGET)).map(({ name }) => name);
      expect(names.sort()).toEqual(['generic-package.json', ...NAMES]);
    }),
  );
});
