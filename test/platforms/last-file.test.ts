/** Without a manifest the last file ends a publish: it is verified like every other, also where GitLab answers without a record. */
import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { openSpoiler } from '../support/between.ts';
import { terminal } from '../support/in-process.ts';
import { withRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

test.each([
  { gitlabVersion: '13.5', how: 'without a record' },
  { gitlabVersion: '17.2', how: 'with one' },
] as const)('a last file that was spoiled on its way is found out, GitLab answers $how', async ({ gitlabVersion }) => {
  await withRegistry({ gitlabVersion }, (registry) =>
    inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' });
      const front = await openSpoiler(Number(new URL(registry.apiUrl).port), 'c.txt');
      try {
        const inputs = { ...rightInputs(registry, 'publish'), manifest: 'none', retries: '0' };
        const apiUrl = `http://127.0.0.1:${front.port}/api/v4`;
        const run = await terminal.run('publish', { ...inputs, 'api-url': apiUrl }, { cwd: folder });
        expect(run.code).toBe(1);
        expect(errorOf(terminal, run)).toContain('c.txt: GitLab stored other bytes than were sent');
        expect(front.seen.filter((line) => line.startsWith('PUT')).length).toBeGreaterThanOrEqual(3);
      } finally {
        await front.close();
      }
    }),
  );
});
