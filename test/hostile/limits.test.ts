/** Each size that is promised, held against what the bundles really write. What they take: intake.test.ts. */
import { describe, expect, test } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { githubAction, gitlabJob } from '../support/in-process.ts';
import { sha256 } from '../support/raw.ts';
import { onEveryPlatform, complete, inScene, published } from './scene.ts';
import { errorText, expectHarmless, shown } from './told.ts';

const DRY = { 'dry-run': 'true' };

const TEN_THOUSAND = Array.from(
  { length: 10_000 },
  (_, index) => `folder-${index % 100}/file-${String(index).padStart(5, '0')}.txt`,
);
/** 1,024 characters of three bytes each, twelve folders deep. */
const LONG_NAMES = Array.from(
  { length: 300 },
  (_, index) => `${'語'.repeat(84)}/`.repeat(12) + String(index).padStart(4, '0'),
);

function lines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

async function jsonIn(folder: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, '.generic-packages', name), 'utf8')) as unknown;
}

describe('10,000 files', () => {
  test.each(onEveryPlatform([{}]))(
    'are a whole list at the terminal, elsewhere [] and a file of all; a log shows 200, a screen 10, by $name',
    async ({ platform }) => {
      await inScene(complete(TEN_THOUSAND), platform, async ({ cwd, download }) => {
        const run = await download(DRY);
        expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '10000' } });
        const path = run.outputs['files-path']?.replace(/^(?=\.generic)/, `${cwd}/`);
        const list = path === undefined ? run.outputs.files : await readFile(path, 'utf8');
        expect((JSON.parse(list ?? '') as unknown[]).length).toBe(10_000);
        const notes = shown(platform, run).match(/The output files is \[\], because 10000 entries/g) ?? [];
        // On GitLab nobody expects a list among the variables.
        expect([path === undefined, notes.length]).toEqual([
          platform.kind === 'terminal',
          platform.kind === 'github' ? 1 : 0,
        ]);
        const rows = platform.kind === 'terminal' ? 10 : 200;
        expect(shown(platform, run).match(/^ +folder-\d+\/file-\d+\.txt /gm)).toHaveLength(rows);
        expect(shown(platform, run)).toContain(`… and ${10_000 - rows} more`);
        expect(Buffer.byteLength(shown(platform, run))).toBeLessThan(60_000);
      });
    },
  );

  test('are 2,000 rows of a job summary, and a number', async () => {
    await inScene(complete(TEN_THOUSAND), githubAction, async ({ download }) => {
      const { summary, outputs } = await download(DRY);
      expect(outputs.files).toBe('[]');
      expect(summary.match(/^\| [^|]*folder/gm)).toHaveLength(2000);
      // So many are links.
      expect(summary.match(/^\| \[`folder-/gm)).toHaveLength(1000);
      expect(summary).toContain('\n… and 8000 more\n');
      expect(summary.match(/folder-\d+\/file-/g)).toHaveLength(3000);
    });
  });

  test('are 15 annotations, and variables within the smallest limits, of a GitLab job', async () => {
    await inScene(complete(TEN_THOUSAND), gitlabJob, async ({ cwd, download }) => {
      const run = await download(DRY);
      const annotations = (await jsonIn(cwd, 'download.annotations.json')) as Record<string, unknown[]>;
      expect(Object.entries(annotations).map(([title, links]) => [title, links.length])).toEqual([
        ['generic-packages', 15],
      ]);
      expect(
        await stat(join(cwd, '.generic-packages', 'download.annotations.json')).then(({ size }) => size),
      ).toBeLessThan(80 * 1024);
      const dotenv = await readFile(join(cwd, '.generic-packages', 'download.env'), 'utf8');
      expect(lines(dotenv).length).toBeLessThanOrEqual(15);
      expect(dotenv.length).toBeLessThanOrEqual(4_000);
      expect(dotenv).toContain('DOWNLOAD_FILE_COUNT=10000\n');
      expect(dotenv).toContain('DOWNLOAD_FILES_PATH=.generic-packages/download-files.json\n');
      expect(shown(gitlabJob, run)).not.toContain('does not contain');
      expect((await jsonIn(cwd, 'download.result.json')) as { files: unknown[] }).toHaveProperty(
        'files.length',
        10_000,
      );
      expect(await jsonIn(cwd, 'download.json')).toMatchObject({ outputs: { files: '[]' } });
    });
  });
});

/** Names whose list, as the output says it, has as many characters as may be, or two more. */
function namesUpTo(limit: number, beyond: boolean): string[] {
  const listed = (names: readonly string[]): number =>
    JSON.stringify(names.map((name) => ({ name, path: name, size: 1, sha256: sha256('x'), status: 'would-download' })))
      .length;
  const names = Array.from({ length: 160 }, (_, index) => String(index).padStart(3, '0'));
  while (listed(names) <= limit) names.push(`${names.length}`);
  names.pop();
  const room = Math.floor((limit - listed(names)) / 2) + (beyond ? 1 : 0);
  names.push(`${names.pop() ?? ''}${'x'.repeat(room)}`);
  return names;
}

test.each(
  onEveryPlatform([
    { what: '30,000 characters is said whole', beyond: false },
    { what: 'more is said by its file only, but for the terminal', beyond: true },
  ]),
)('an output list of $what, by $name', async ({ platform, beyond }) => {
  const names = namesUpTo(30_000, beyond);
  const files = published(names.map((name) => ({ name, content: 'x' }))).slice(-1);
  await inScene(files, platform, async ({ cwd, download }) => {
    const run = await download(DRY);
    expect(run).toMatchObject({ code: 0, outputs: { 'file-count': String(names.length) } });
    // A GitLab job's result has every list whole; what it passes on keeps the limit.
    const said =
      platform.kind === 'gitlab'
        ? ((await jsonIn(cwd, 'download.json')) as { outputs: { files: string } }).outputs.files
        : run.outputs.files;
    if (!beyond) expect([29_999, 30_000]).toContain(said?.length);
    else if (platform.kind === 'terminal') expect([30_001, 30_002]).toContain(said?.length);
    else expect(said).toBe('[]');
  });
});

test('names of 1,024 characters make fewer rows of a summary: 900 kB at most, and no row cut', async () => {
  await inScene(complete(LONG_NAMES), githubAction, async ({ download }) => {
    const { code, summary } = await download(DRY);
    expect(code).toBe(0);
    const rows = summary.match(/^\| \[.*\|$/gm) ?? [];
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900_000);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(850_000);
    expect(rows.length).toBeLessThan(200);
    expect(summary).toContain(`\n… and ${300 - rows.length} more\n`);
    expect(rows.every((row) => row.endsWith('` |'))).toBe(true);
  });
});

test('annotations with addresses that GitLab would refuse are left out', async () => {
  await inScene(complete([...LONG_NAMES, 'short.txt']), gitlabJob, async ({ cwd, download }) => {
    expect((await download(DRY)).code).toBe(0);
    const { 'generic-packages': links } = (await jsonIn(cwd, 'download.annotations.json')) as Record<
      string,
      { external_link: { label: string } }[]
    >;
    expect(links?.map(({ external_link: link }) => link.label)).toEqual(['short.txt']);
  });
});

test('a dotenv report ends at 4,000 bytes, and what it cannot hold is named', async () => {
  await inScene(complete(['a.txt']), gitlabJob, async ({ cwd, download }) => {
    const directory = Array.from({ length: 18 }, () => 'd'.repeat(200)).join('/');
    const prefix = 'P'.repeat(60);
    const run = await download({ ...DRY, directory, 'output-prefix': prefix });
    expect(run.code).toBe(0);
    const dotenv = await readFile(join(cwd, '.generic-packages', `${prefix}download.env`), 'utf8');
    expect(dotenv.length).toBeLessThanOrEqual(4_000);
    expect(dotenv.length).toBeGreaterThan(3_800);
    expect(shown(gitlabJob, run)).toMatch(
      /does not contain P+DOWNLOAD_[A-Z_]+: the report may hold 15 variables and 4000 bytes/,
    );
  });
});

describe('annotations of a step', () => {
  test('are five warnings; the others stand in the log', async () => {
    await inScene(complete(['a.txt']), githubAction, async ({ download }) => {
      const files = ['a.txt', ...Array.from({ length: 12 }, (_, index) => `none-${index}`)].join('\n');
      const { code, stdout } = await download({ ...DRY, files });
      expect(code).toBe(0);
      expect(lines(stdout).filter((line) => line.startsWith('::warning::'))).toHaveLength(5);
      expect(lines(stdout).filter((line) => line.startsWith('warning: '))).toHaveLength(7);
    });
  });

  test('are one error that lists 20 problems and counts the rest; the log lists all', async () => {
    await inScene(complete(TEN_THOUSAND.map((name) => `../${name}`)), githubAction, async ({ download }) => {
      const run = await download(DRY);
      expect(run.code).toBe(1);
      expectHarmless(githubAction, run);
      const told = errorText(githubAction, run);
      expect(told.match(/^- \.\.\/folder-/gm)).toHaveLength(20);
      expect(told).toContain('… and 9980 more: the log lists all 10000');
      expect(lines(run.stdout).filter((line) => line.startsWith('- ../folder-'))).toHaveLength(10_000);
    });
  });
});

describe('a host without a summary', () => {
  test.each([
    { what: 'that names no file', path: () => '' },
    { what: 'whose file is a folder', path: (cwd: string) => cwd },
    { what: 'whose file cannot be made', path: (cwd: string) => join(cwd, 'no', 'such', 'file') },
  ])('gets none, and the run does not mind: $what', async ({ path }) => {
    await inScene(complete(['a.txt']), githubAction, async ({ cwd, download }) => {
      const run = await download(DRY, { GITHUB_STEP_SUMMARY: path(cwd) });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' }, summary: '' });
    });
  });
});
