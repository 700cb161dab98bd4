/** Each size that is promised, held against what the bundles take: manifests, answers, pages, patterns. */
import { describe, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { manifestLimitProblem } from '../../src/transfer/remote/manifest.ts';
import { sendJson } from '../support/crafted-registry.ts';
import { bundleOf } from '../support/by-bundle.ts';
import type { PlatformRun } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { MANIFEST, OF } from './hostile-versions.ts';
import { complete, inScene } from './scene.ts';
import { errorText } from './told.ts';

const MIB = 1024 * 1024;
const DRY = { 'dry-run': 'true' };

describe('a manifest', () => {
  const padded = (bytes: number): string => String(complete(['a.txt'])[0]?.content).padEnd(bytes, ' ');

  test('may have 64 MiB', async () => {
    await inScene([{ storedName: MANIFEST, content: padded(64 * MIB) }], bundleOf(terminal), async ({ download }) => {
      expect(await download(DRY)).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
    });
  });

  test('of one byte more is refused', async () => {
    await inScene([{ storedName: MANIFEST, content: padded(64 * MIB + 1) }], terminal, async ({ download }) => {
      expectTold(await download(DRY), `${MANIFEST} is larger than the ${64 * MIB} bytes`);
    });
  });

  test('without an end is read no further', async () => {
    let sent = 0;
    await inScene(
      [],
      terminal,
      async ({ download }) => {
        expectTold(await download(DRY), `${MANIFEST} is larger than the ${64 * MIB} bytes`);
        expect(sent).toBeLessThan(96 * MIB);
      },
      (url, response) => {
        if (!url.pathname.endsWith(MANIFEST)) return false;
        pour(response, (bytes) => {
          sent += bytes;
        });
        return true;
      },
    );
  });

  test('may list 200,000 files', async () => {
    await inScene(
      complete(Array.from({ length: 200_000 }, (_, index) => `f/${index}`)),
      terminal,
      async ({ download }) => {
        expect(await download({ ...DRY, files: 'f/7' })).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
      },
    );
  });

  test('that no download would take is not begun by a publish', () => {
    const files = (count: number, length: number) =>
      Array.from({ length: count }, (_, index) => ({
        name: String(index).padStart(length, 'x'),
        size: 1,
        mode: '0644' as const,
      }));
    expect(manifestLimitProblem(OF, files(100_000, 20))).toBeUndefined();
    expect(manifestLimitProblem(OF, files(200_001, 6))).toContain('200001 files');
    expect(manifestLimitProblem(OF, files(70_000, 1_000))).toMatch(/its manifest would have \d{8} bytes/);
  });
});

describe("GitLab's answers", () => {
  const row = JSON.stringify([
    { id: 7, name: OF.name, version: OF.version, package_type: 'generic', status: 'default' },
  ]);
  const answering =
    (body: string) =>
    (url: URL, response: ServerResponse): boolean => {
      if (!url.pathname.endsWith('/packages') || url.searchParams.has('status')) return false;
      response.writeHead(200, { 'Content-Type': 'application/json', 'X-Next-Page': '' }).end(body);
      return true;
    };

  test('of 8 MiB are read', async () => {
    await inScene(
      [{ storedName: 'a.txt', content: 'a' }],
      terminal,
      async ({ download }) => {
        expect(await download(DRY)).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
      },
      answering(row.padEnd(8 * MIB)),
    );
  });

  test('of one byte more are refused', async () => {
    await inScene(
      [{ storedName: 'a.txt', content: 'a' }],
      terminal,
      async ({ download }) => {
        expectTold(await download(DRY), `longer than the ${8 * MIB} bytes`);
      },
      answering(row.padEnd(8 * MIB + 1)),
    );
  });

  test.each(['1', '0', '-1', 'x', '1.5'])('that go on with page %s after page 1 are refused', async (next) => {
    await inScene(
      [{ storedName: 'a.txt', content: 'a' }],
      terminal,
      async ({ crafted, download }) => {
        expectTold(await download(DRY), 'is broken: the page after 1');
        expect(crafted.requests.filter((line) => line.includes('/package_files'))).toHaveLength(1);
      },
      (url, response) => {
        if (!url.pathname.endsWith('/package_files')) return false;
        sendJson(response, [{ id: 1, package_id: 7, file_name: 'a.txt', size: 1 }], { 'X-Next-Page': next });
        return true;
      },
    );
  });

  test('are asked for without compression', async () => {
    const encodings = new Set<string | string[] | undefined>();
    await inScene(
      complete(['a.txt']),
      terminal,
      async ({ download }) => {
        await download(DRY);
        expect([...encodings]).toEqual(['identity']);
      },
      (_url, _response, request) => {
        encodings.add(request.headers['accept-encoding']);
        return false;
      },
    );
  });
});

describe('a pattern', () => {
  test('may have 1,024 characters, and one more is wrong usage that shows no more than 500', async () => {
    await inScene(complete(['a.txt']), terminal, async ({ cwd, crafted, download }) => {
      await mkdir(join(cwd, 'out'));
      expect(await download({ ...DRY, files: `a.txt\n${'p'.repeat(1_024)}` })).toMatchObject({ code: 0 });
      const asked = crafted.requests.length;
      const publishing = {
        'api-url': crafted.apiUrl,
        project: 'acme/widget',
        'package-version': '1.0.0',
        token: 'glpat-xy',
        directory: 'out',
      };
      const files = `a.txt\n${'p'.repeat(1_025)}`;
      for (const run of [
        await download({ ...DRY, files }),
        await terminal.run('publish', { ...publishing, files }, { cwd }),
      ]) {
        expect(run.code).toBe(2);
        expect(errorText(terminal, run)).toContain('is longer than 1024 characters');
        expect(run.stderr).not.toContain('p'.repeat(501));
      }
      expect(crafted.requests).toHaveLength(asked);
    });
  });
});

function expectTold(run: PlatformRun, words: string): void {
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
