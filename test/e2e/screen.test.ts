/** What a person sees last, in a terminal of 80×24: what happened and what to do stand in the last five lines. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { asTerminal } from '../support/platform.ts';
import { openRegistry, PROJECT, puts, TOKENS } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { onScreen, type Screen } from './support/tmux.ts';

const NAMES = Array.from({ length: 1000 }, (_, at) => `part-${String(at).padStart(4, '0')}.txt`);

let registry: RunningRegistry;
beforeAll(async () => {
  // Long enough for a bar to be seen.
  registry = await openRegistry({ latency: 20 });
});
afterAll(() => registry.close());

async function publishing<T>(
  folder: string,
  more: { version: string; content?: string; token?: string },
  work: (screen: Screen) => Promise<T>,
): Promise<T> {
  const { version, content = 'x', token = TOKENS.maintainer } = more;
  await writeFiles(join(folder, 'out'), Object.fromEntries(NAMES.map((name) => [name, `${content} ${name}\n`])));
  const inputs = { 'api-url': registry.apiUrl, project: PROJECT.path, token, 'package-version': version };
  const { args, env } = asTerminal({ ...inputs, directory: 'out', files: '**' });
  return onScreen({ args: ['publish', ...args], cwd: folder, env }, work);
}

function lastFive(lines: readonly string[]): string {
  expect(lines.length).toBeLessThanOrEqual(24);
  return lines.slice(-5).join('\n');
}

test('1,000 files are published: the whole result is on the screen, and the last line has the numbers', async () => {
  await inFolder(async (folder) => {
    const { code, lines } = await publishing(folder, { version: '1.0.0' }, (screen) => screen.end());
    expect(code).toBe(0);
    expect(lines.some((line) => line.startsWith('Published widget 1.0.0: 1000 files'))).toBe(true);
    expect(lines.filter((line) => /^ {2}part-\d+\.txt /.test(line))).toHaveLength(10);
    expect(lastFive(lines)).toMatch(
      /… and 990 more: --verbose shows every row, --json prints them\n1000 files, [\d.]+ kB: 1000 sent, 0 unchanged$/,
    );
  });
});

test('Ctrl-C says in three lines how far it came; the next run says what was there already', async () => {
  await inFolder(async (folder) => {
    registry.forget();
    const stopped = await publishing(folder, { version: '2.0.0' }, async (screen) => {
      // The bar tells by then how fast it goes and how long the rest takes.
      for (let seen = ''; !/ left$/m.test(seen);) seen = (await screen.lines()).join('\n');
      await screen.press('C-c');
      return screen.end();
    });
    expect(stopped.code).toBe(130);
    expect(puts(registry).length).toBeLessThan(1000);
    expect(lastFive(stopped.lines)).toMatch(
      /^error: Interrupted by SIGINT: \d+ of 1000 files were published, \d+ were not\n {2}--verbose lists the \d+ files that are not done\nRun the same command again: it continues where it stopped\.$/m,
    );

    const resumed = await publishing(folder, { version: '2.0.0' }, (screen) => screen.end());
    expect(resumed.code).toBe(0);
    expect(lastFive(resumed.lines)).toMatch(/… and 990 more: .*\n1000 files, [\d.]+ kB: \d+ sent, [1-9]\d* unchanged$/);
  });
});

test('a token that may not publish: what GitLab said, and what to do', async () => {
  await inFolder(async (folder) => {
    const refused = await publishing(folder, { version: '3.0.0', token: TOKENS.reader }, (screen) => screen.end());
    expect(refused.code).toBe(1);
    const last = lastFive(refused.lines);
    expect(last).toMatch(/answered 403/);
    expect(last).toMatch(/give a token with the scope api/);
  });
});

test('other files under `verify`: ten of them, how many more, and what to do', async () => {
  await inFolder(async (folder) => {
    await publishing(folder, { version: '4.0.0' }, (screen) => screen.end());
    const other = await publishing(folder, { version: '4.0.0', content: 'y' }, (screen) => screen.end());
    expect(other.code).toBe(1);
    expect(other.lines.join('\n')).toMatch(/error: .*widget 4\.0\.0/);
    const last = lastFive(other.lines);
    expect(last).toMatch(/part-\d+\.txt: /);
    expect(last).toMatch(/… and 990 more: --verbose lists all 1000/);
    expect(last).toMatch(/if-exists/);
  });
});
