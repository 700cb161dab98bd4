/** Foreign text that is no name of a version to fetch: local names, parts, versions and a server's words. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { rightInputs } from '../platforms/wrong-runs.ts';
import { sendJson } from '../support/crafted-registry.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { manifestText } from '../support/manifests.ts';
import { putRaw, WIDGET } from '../support/raw.ts';
import { fileGets, fileOf, puts, withRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { MANIFEST } from './hostile-versions.ts';
import { onEveryPlatform, inScene, published } from './scene.ts';
import { errorText, expectHarmless, shown } from './told.ts';

describe('publish refuses, and sends nothing for', () => {
  test.each(onEveryPlatform([{}]))(
    'local names with commands in them, shown as text, by $name',
    async ({ platform }) => {
      await withRegistry({}, (registry) =>
        inFolder(async (cwd) => {
          const names = ['a\npwned', '::error::pwned', '##[error]pwned', 'b\r::pwned', 'c\u001b[2J', 'sub\nfolder/d'];
          await writeFiles(join(cwd, 'out'), Object.fromEntries(names.map((name) => [name, 'x'])));
          const run = await platform.run(
            'publish',
            { ...rightInputs(registry, 'publish'), 'package-name': 'widget' },
            { cwd },
          );
          expect(run.code).toBe(1);
          expectHarmless(platform, run);
          const told = errorText(platform, run);
          for (const says of [
            'a\\u{a}pwned: ',
            '::error::pwned: ',
            'error]pwned: ',
            'b\\u{d}::pwned: ',
            'c\\u{1b}[2J: ',
            'sub\\u{a}folder/d: ',
          ])
            expect(told).toContain(says);
          expect(registry.requests).toEqual([]);
        }),
      );
    },
  );

  test('things that are no files', async () => {
    await withRegistry({}, (registry) =>
      inFolder(async (cwd) => {
        await writeFiles(join(cwd, 'out'), { 'a.txt': 'a' });
        await promisify(execFile)('mkfifo', [join(cwd, 'out', 'pipe\npwned')]);
        const run = await terminal.run('publish', rightInputs(registry, 'publish'), { cwd });
        expect(run.code).toBe(1);
        expect(errorText(terminal, run)).toContain('pipe\\u{a}pwned` is not a file but a FIFO');
        expect(registry.requests).toEqual([]);
      }),
    );
  });

  const HOSTILE = [
    { name: '../../../42/pwned', content: 'x' },
    { name: '.git/hooks/x', content: 'x' },
    { name: 'b\npwned', content: 'x' },
    { name: 'own.txt/below', content: 'x' },
  ];

  test('parts whose manifests list names that nobody could place; none is asked for', async () => {
    await withPublished(async (registry, publish) => {
      await putRaw(
        registry,
        { ...WIDGET, status: 'hidden' },
        'generic-package.part-linux.json',
        manifestText(WIDGET, HOSTILE),
      );
      registry.forget();
      expectRefused(await publish({ parts: 'linux' }), registry, 'generic-package.part-linux.json');
    });
  });

  test('a version to append to whose manifest lists such names', async () => {
    await withPublished(async (registry, publish) => {
      await putRaw(registry, WIDGET, MANIFEST, manifestText(WIDGET, HOSTILE));
      registry.forget();
      expectRefused(await publish({ 'if-exists': 'append' }), registry, MANIFEST);
    });
  });

  function expectRefused(run: PlatformRun, registry: RunningRegistry, read: string): void {
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('"code":"bad-name"');
    for (const says of [
      '../../../42/pwned: ',
      '.git/hooks/x: ',
      'b\\u{a}pwned: ',
      'own.txt: is a file, and a folder too',
    ])
      expect(errorText(terminal, run)).toContain(says);
    expectHarmless(terminal, run);
    expect(puts(registry)).toEqual([]);
    expect(new Set(fileGets(registry).map(fileOf))).toEqual(new Set([MANIFEST, read]));
  }

  async function withPublished(
    work: (registry: RunningRegistry, publish: (more: Inputs) => Promise<PlatformRun>) => Promise<void>,
  ): Promise<void> {
    await withRegistry({}, (registry) =>
      inFolder(async (cwd) => {
        await writeFiles(join(cwd, 'out'), { 'own.txt': 'own' });
        await work(registry, (more) =>
          terminal.run('publish', { ...rightInputs(registry, 'publish'), ...more }, { cwd }),
        );
      }),
    );
  }
});

describe("a server's own words", () => {
  const words = 'no\n::error::pwned\n##[error]pwned\r::add-mask::x\u001b[2J <img src=x> \u202epwned';
  const answers = [
    { what: 'a refusal', status: 403, type: 'application/json', body: JSON.stringify({ message: words }) },
    {
      what: 'nested errors',
      status: 400,
      type: 'application/json',
      body: JSON.stringify({ message: { [words]: [words] } }),
    },
    { what: "a proxy's page", status: 502, type: 'text/html', body: `<html><title>${words}</title>` },
    { what: 'no JSON where it should be', status: 200, type: 'text/x; a="::error::pwned"', body: words },
  ];

  test.each(onEveryPlatform(answers))(
    'are shown as text: $what, by $name',
    async ({ platform, status, type, body }) => {
      await inScene(
        [],
        platform,
        async ({ download }) => {
          const run = await download();
          expect(run.code).toBe(1);
          expect(errorText(platform, run)).toContain(`was answered ${status}`);
          expectHarmless(platform, run);
        },
        (url, response) => {
          if (status === 200 && url.pathname.includes('/generic/')) return false;
          response.writeHead(status, { 'Content-Type': type }).end(body);
          return true;
        },
      );
    },
  );
});

describe('versions of any name', () => {
  const rows = [
    '9.9.9.',
    '__proto__',
    '1.0.0',
    '9.9.9\n::error::pwned',
    '9.9.9-../..',
    'v9.9.9 ',
    '9.9.9\u0000',
    '..',
    '../../x',
  ].map((version, index) => ({
    id: index + 1,
    name: 'widget',
    version,
    package_type: 'generic',
    status: 'default',
    created_at: '2026-01-01T00:00:00.000Z',
  }));

  const words = ['latest', 'newest'].map((word) => ({ word }));

  test.each(onEveryPlatform(words))('are passed over by $word, by $name', async ({ platform, word }) => {
    await inScene(
      published([{ name: 'a.txt', content: 'a' }]),
      platform,
      async ({ download }) => {
        const run = await download({ 'package-version': word });
        expect(run).toMatchObject({ code: 0, outputs: { 'package-version': '1.0.0' } });
        expectHarmless(platform, run);
      },
      (url, response) => {
        if (!url.pathname.endsWith('/packages') || url.searchParams.has('package_version')) return false;
        sendJson(response, rows);
        return true;
      },
    );
  });

  test('and their files, are listed as text', async () => {
    await inScene(
      [
        { storedName: 'a%0Apwned', content: 'a' },
        { storedName: '..%2F::error::pwned', content: 'b' },
      ],
      terminal,
      async ({ crafted, cwd }) => {
        const inputs = { 'api-url': crafted.apiUrl, project: 'acme/widget', 'package-name': 'widget' };
        const versions = await terminal.run('list', inputs, { cwd });
        expect(versions.code).toBe(0);
        expectHarmless(terminal, versions);
        expect(shown(terminal, versions)).toContain('__proto__');
        const files = await terminal.run('list', { ...inputs, 'package-version': '1.0.0' }, { cwd });
        expect(files.code).toBe(0);
        expectHarmless(terminal, files);
        expect(shown(terminal, files)).toContain('a\\u{a}pwned');
      },
      (url, response) => {
        if (
          !url.pathname.endsWith('/packages') ||
          url.searchParams.has('package_version') ||
          url.searchParams.has('status')
        )
          return false;
        sendJson(response, rows);
        return true;
      },
    );
  });
});
