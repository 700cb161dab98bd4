/** Each size that is promised, held against what the bundles really write and take. */
import { describe, expect, test } from '@jest/globals';
import { mkdir, readFile, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { manifestLimitProblem } from '../../src/transfer/manifest.ts';
import { sendJson } from '../support/crafted-registry.ts';
import { githubAction, gitlabJob, terminal, type DoorRun } from '../support/doors.ts';
import { manifestText } from '../support/manifests.ts';
import { MANIFEST, OF } from './hostile-versions.ts';
import { byEveryDoor, inScene } from './scene.ts';
import { errorText, expectHarmless, shown } from './told.ts';

const MIB = 1024 * 1024;
const DRY = { 'dry-run': 'true' };

/** A finished version of so many files, of which only the manifest is ever asked for. */
function finished(names: readonly string[]): { storedName: string; content: string }[] {
  return [{ storedName: MANIFEST, content: manifestText(OF, names.map((name) => ({ name, content: name }))) }];
}

const TEN_THOUSAND = Array.from({ length: 10_000 }, (_, index) => `folder-${index % 100}/file-${String(index).padStart(5, '0')}.txt`);
/** 1,024 characters of three bytes each, twelve folders deep. */
const LONG_NAMES = Array.from({ length: 300 }, (_, index) => `${'語'.repeat(84)}/`.repeat(12) + String(index).padStart(4, '0'));

function lines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

async function jsonIn(folder: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(folder, '.generic-packages', name), 'utf8')) as unknown;
}

describe('10,000 files', () => {
  test.each(byEveryDoor([{}]))('are an output of [], a warning and a file that lists them all; the log shows 200, by $name', async ({ door }) => {
    await inScene(finished(TEN_THOUSAND), door, async ({ cwd, download }) => {
      const run = await download(DRY);
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '10000' } });
      const path = (run.outputs['files-path'] ?? '').replace(/^(?=\.generic)/, `${cwd}/`);
      expect((JSON.parse(await readFile(path, 'utf8')) as unknown[]).length).toBe(10_000);
      expect(shown(door, run).match(/The output files is \[\], for 10000 entries/g)).toHaveLength(1);
      expect(shown(door, run).match(/^ +folder-\d+\/file-\d+\.txt /gm)).toHaveLength(200);
      expect(shown(door, run)).toContain('… and 9800 more');
      expect(Buffer.byteLength(shown(door, run))).toBeLessThan(60_000);
    });
  });

  test('are 200 rows of a job summary, and a number', async () => {
    await inScene(finished(TEN_THOUSAND), githubAction, async ({ download }) => {
      const { summary, outputs } = await download(DRY);
      expect(outputs.files).toBe('[]');
      expect(summary.match(/^\| \[`folder-/gm)).toHaveLength(200);
      expect(summary).toContain('\n… and 9800 more\n');
      expect(summary.match(/folder-\d+\/file-/g)).toHaveLength(400);
    });
  });

  test('are 15 annotations, and variables within the smallest limits, of a GitLab job', async () => {
    await inScene(finished(TEN_THOUSAND), gitlabJob, async ({ cwd, download }) => {
      const run = await download(DRY);
      const annotations = (await jsonIn(cwd, 'download.annotations.json')) as Record<string, unknown[]>;
      expect(Object.entries(annotations).map(([title, links]) => [title, links.length])).toEqual([['generic-packages', 15]]);
      expect(await stat(join(cwd, '.generic-packages', 'download.annotations.json')).then(({ size }) => size)).toBeLessThan(80 * 1024);
      const dotenv = await readFile(join(cwd, '.generic-packages', 'download.env'), 'utf8');
      expect(lines(dotenv).length).toBeLessThanOrEqual(15);
      expect(dotenv.length).toBeLessThanOrEqual(4_000);
      expect(dotenv).toContain('DOWNLOAD_FILE_COUNT=10000\n');
      expect(dotenv).toContain('DOWNLOAD_FILES_PATH=.generic-packages/download-files.json\n');
      expect(shown(gitlabJob, run)).toContain('.generic-packages/download.env is without DOWNLOAD_FILES: ');
      expect((await jsonIn(cwd, 'download.result.json')) as { files: unknown[] }).toHaveProperty('files.length', 10_000);
      expect(await jsonIn(cwd, 'download.json')).toMatchObject({ outputs: { files: '[]' } });
    });
  });
});

test('names of 1,024 characters make fewer rows of a summary: 900 kB at most, and no row cut', async () => {
  await inScene(finished(LONG_NAMES), githubAction, async ({ download }) => {
    const { code, summary } = await download(DRY);
    expect(code).toBe(0);
    const rows = summary.match(/^\| \[.*\|$/gm) ?? [];
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900_000);
    expect(Buffer.byteLength(summary)).toBeGreaterThan(850_000);
    expect(rows.length).toBeLessThan(200);
    expect(summary).toContain(`\n… and ${300 - rows.length} more\n`);
    expect(rows.every((row) => row.endsWith(' would-download |'))).toBe(true);
  });
});

test('annotations with addresses that GitLab would refuse are left out', async () => {
  await inScene(finished([...LONG_NAMES, 'short.txt']), gitlabJob, async ({ cwd, download }) => {
    expect((await download(DRY)).code).toBe(0);
    const { 'generic-packages': links } = (await jsonIn(cwd, 'download.annotations.json')) as Record<string, { external_link: { label: string } }[]>;
    expect(links?.map(({ external_link: link }) => link.label)).toEqual(['short.txt']);
  });
});

test('a dotenv report ends at 4,000 bytes, and what it cannot hold is named', async () => {
  await inScene(finished(['a.txt']), gitlabJob, async ({ cwd, download }) => {
    const directory = Array.from({ length: 18 }, () => 'd'.repeat(200)).join('/');
    const prefix = 'P'.repeat(60);
    const run = await download({ ...DRY, directory, 'output-prefix': prefix });
    expect(run.code).toBe(0);
    const dotenv = await readFile(join(cwd, '.generic-packages', `${prefix}download.env`), 'utf8');
    expect(dotenv.length).toBeLessThanOrEqual(4_000);
    expect(dotenv.length).toBeGreaterThan(3_800);
    expect(shown(gitlabJob, run)).toMatch(/is without P+DOWNLOAD_[A-Z_]+: the report holds 15 variables and 4000 bytes/);
  });
});

describe('annotations of a step', () => {
  test('are five warnings; the others stand in the log', async () => {
    await inScene(finished(['a.txt']), githubAction, async ({ download }) => {
      const files = ['a.txt', ...Array.from({ length: 12 }, (_, index) => `none-${index}`)].join('\n');
      const { code, stdout } = await download({ ...DRY, files });
      expect(code).toBe(0);
      expect(lines(stdout).filter((line) => line.startsWith('::warning::'))).toHaveLength(5);
      expect(lines(stdout).filter((line) => line.startsWith('warning: '))).toHaveLength(7);
    });
  });

  test('are one error that lists 20 problems and counts the rest; the log lists all', async () => {
    await inScene(finished(TEN_THOUSAND.map((name) => `../${name}`)), githubAction, async ({ download }) => {
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
    await inScene(finished(['a.txt']), githubAction, async ({ cwd, download }) => {
      const run = await download(DRY, { GITHUB_STEP_SUMMARY: path(cwd) });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' }, summary: '' });
    });
  });
});

describe('a manifest', () => {
  const padded = (bytes: number): string => finished(['a.txt'])[0]?.content.padEnd(bytes, ' ') ?? '';

  test('may have 32 MiB', async () => {
    await inScene([{ storedName: MANIFEST, content: padded(32 * MIB) }], terminal, async ({ download }) => {
      expect(await download(DRY)).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
    });
  });

  test('of one byte more is refused', async () => {
    await inScene([{ storedName: MANIFEST, content: padded(32 * MIB + 1) }], terminal, async ({ download }) => {
      expectTold(await download(DRY), `${MANIFEST} is larger than the ${32 * MIB} bytes`);
    });
  });

  test('without an end is read no further', async () => {
    let sent = 0;
    await inScene([], terminal, async ({ download }) => {
      expectTold(await download(DRY), `${MANIFEST} is larger than the ${32 * MIB} bytes`);
      expect(sent).toBeLessThan(64 * MIB);
    }, (url, response) => {
      if (!url.pathname.endsWith(MANIFEST)) return false;
      pour(response, (bytes) => { sent += bytes; });
      return true;
    });
  });

  test('may list 200,000 files', async () => {
    await inScene(finished(Array.from({ length: 200_000 }, (_, index) => `f/${index}`)), terminal, async ({ download }) => {
      expect(await download({ ...DRY, files: 'f/7' })).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
    });
  });

  test('that no download would take is not begun by a publish', () => {
    const files = (count: number, length: number) => Array.from({ length: count }, (_, index) => ({ name: String(index).padStart(length, 'x'), size: 1, mode: '0644' as const }));
    expect(manifestLimitProblem(OF, files(100_000, 20))).toBeUndefined();
    expect(manifestLimitProblem(OF, files(200_001, 6))).toContain('200001 files');
    expect(manifestLimitProblem(OF, files(30_000, 1_000))).toMatch(/its manifest would have \d{8} bytes/);
  });
});

describe("GitLab's answers", () => {
  const row = JSON.stringify([{ id: 7, name: OF.name, version: OF.version, package_type: 'generic', status: 'default' }]);
  const answering = (body: string) => (url: URL, response: ServerResponse): boolean => {
    if (!url.pathname.endsWith('/packages') || url.searchParams.has('status')) return false;
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Next-Page': '' }).end(body);
    return true;
  };

  test('of 8 MiB are read', async () => {
    await inScene([{ storedName: 'a.txt', content: 'a' }], terminal, async ({ download }) => {
      expect(await download(DRY)).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
    }, answering(row.padEnd(8 * MIB)));
  });

  test('of one byte more are refused', async () => {
    await inScene([{ storedName: 'a.txt', content: 'a' }], terminal, async ({ download }) => {
      expectTold(await download(DRY), `longer than the ${8 * MIB} bytes`);
    }, answering(row.padEnd(8 * MIB + 1)));
  });

  test.each(['1', '0', '-1', 'x', '1.5'])('that go on with page %s after page 1 are refused', async (next) => {
    await inScene([{ storedName: 'a.txt', content: 'a' }], terminal, async ({ crafted, download }) => {
      expectTold(await download(DRY), 'is broken: the page after 1');
      expect(crafted.requests.filter((line) => line.includes('/package_files'))).toHaveLength(1);
    }, (url, response) => {
      if (!url.pathname.endsWith('/package_files')) return false;
      sendJson(response, [{ id: 1, package_id: 7, file_name: 'a.txt', size: 1 }], { 'X-Next-Page': next });
      return true;
    });
  });

  test('are asked for without compression', async () => {
    const encodings = new Set<string | string[] | undefined>();
    await inScene(finished(['a.txt']), terminal, async ({ download }) => {
      await download(DRY);
      expect([...encodings]).toEqual(['identity']);
    }, (_url, _response, request) => {
      encodings.add(request.headers['accept-encoding']);
      return false;
    });
  });
});

describe('a pattern', () => {
  test('may have 1,024 characters, and one more is wrong usage that shows no more than 500', async () => {
    await inScene(finished(['a.txt']), terminal, async ({ cwd, crafted, download }) => {
      await mkdir(join(cwd, 'out'));
      expect(await download({ ...DRY, files: `a.txt\n${'p'.repeat(1_024)}` })).toMatchObject({ code: 0 });
      const asked = crafted.requests.length;
      const publishing = { 'api-url': crafted.apiUrl, project: 'acme/widget', 'package-version': '1.0.0', token: 'glpat-x', directory: 'out' };
      const files = `a.txt\n${'p'.repeat(1_025)}`;
      for (const run of [await download({ ...DRY, files }), await terminal.run('publish', { ...publishing, files }, { cwd })]) {
        expect(run.code).toBe(2);
        expect(errorText(terminal, run)).toContain('is longer than 1024 characters');
        expect(run.stderr).not.toContain('p'.repeat(501));
      }
      expect(crafted.requests).toHaveLength(asked);
    });
  });
});

function expectTold(run: DoorRun, words: string): void {
  expect(run.code).toBe(1);
  expect(errorText(terminal, run)).toContain(words);
}

/** Blanks without an end, as fast as they are taken. */
function pour(response: ServerResponse, onBytes: (bytes: number) => void): void {
  const piece = Buffer.alloc(MIB, ' ');
  const more = (): void => {
    do onBytes(piece.length);
    while (!response.destroyed && response.write(piece));
  };
  response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
  response.on('drain', more);
  more();
}
