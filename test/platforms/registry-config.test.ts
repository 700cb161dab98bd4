/** A config file of the registry that cannot be used: wrong usage with the next step, and none of its tokens shown. */
import { expect, test } from '@jest/globals';
import { runCli } from '../support/process.ts';
import { inFolder, writeFiles } from '../support/tree.ts';

const TOKEN = 'glpat-for-nobody-to-see';

test.each([
  { what: 'a token without quotation marks', config: `{"tokens":[{"token": ${TOKEN}}]}`, says: 'is not JSON' },
  {
    what: 'a missing comma',
    config: `{"tokens":[{"token": "${TOKEN}" "kind": "job"}]}`,
    says: 'is not JSON at position ',
  },
  {
    what: 'an unknown key',
    config: `{"tokens":[{"token": "${TOKEN}", "kind": "job", "rolle": "guest"}]}`,
    says: 'tokens[0].rolle',
  },
  { what: 'no file', config: undefined, says: 'cannot be read' },
])('$what', async ({ config, says }) => {
  await inFolder(async (folder) => {
    if (config !== undefined) await writeFiles(folder, { 'config.json': config });
    const run = await runCli(['registry', '--port', '0', '--config', 'config.json', '--verbose'], { cwd: folder });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(says);
    expect(run.stdout + run.stderr).not.toContain(TOKEN.slice(0, 10));
  });
});
