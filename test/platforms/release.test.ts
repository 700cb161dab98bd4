/** The command release by its platforms: made once, changed where it differs, and left alone when it is right. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, rootAction, terminal } from '../support/in-process.ts';
import { getRaw, putRaw } from '../support/raw.ts';
import { OPEN_PROJECT, openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { linksOf, makeRelease, putLink, releaseOf, tagNames, writes } from '../support/releases.ts';
import { inFolder, writeFiles } from '../support/tree.ts';

const FILES = { 'a.txt': 'a', 'bin/tool': 'tool', 'c+d.map': 'map' };
let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await inFolder(async (folder) => {
    await writeFiles(folder, FILES);
    for (const version of ['1.0.0', '1.1.0']) {
      const inputs = { ...connection(), 'package-version': version, files: '**', directory: folder };
      expect(await terminal.run('publish', inputs, { cwd: folder })).toMatchObject({ code: 0 });
    }
  });
  await putRaw(registry, { name: 'curled', version: '1.0.0' }, 'by-hand.txt', 'x');
});
beforeEach(() => {
  registry.forget();
});
afterAll(() => registry.close());

function connection(): Inputs {
  return { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.personal };
}

/** In a folder with these files. */
function release(
  inputs: Inputs,
  platform = terminal,
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<PlatformRun> {
  return inFolder(async (cwd) => {
    await writeFiles(cwd, files);
    return platform.run('release', { ...connection(), 'package-version': '1.0.0', ...inputs }, { cwd, env });
  });
}

function urlOf(file: string, version = '1.0.0', project: string = PROJECT.path): string {
  return `${registry.apiUrl}/projects/${encodeURIComponent(project)}/packages/generic/widget/${version}/${file}`;
}

describe.each([terminal, githubAction, rootAction])('by $name', (platform) => {
  const tag = `${platform.name.replaceAll(/[^a-z]/g, '-')}/v1.0.0`;

  test('the first run makes tag and release, the second changes nothing', async () => {
    const inputs = { tag, ref: 'main', description: 'All\n\n**new**', files: '**\n!*.map' };
    const first = await release(inputs, bundleOf(platform));

    const page = `${registry.url}/${PROJECT.path}/-/releases/${encodeURIComponent(tag)}`;
    expect(first).toMatchObject({ code: 0, outputs: { tag, 'release-url': page, 'link-count': '2', created: 'true' } });
    expect(writes(registry)).toEqual(['POST /releases']);
    expect(await releaseOf(registry, tag)).toMatchObject({ name: tag, description: 'All\n\n**new**' });
    expect(await linksOf(registry, tag)).toEqual({ 'a.txt': urlOf('a.txt'), tool: urlOf('bin/tool') });
    expect(await tagNames(registry)).toContain(tag);

    registry.forget();
    const second = await release(inputs, platform);
    expect(second).toMatchObject({ code: 0, outputs: { ...first.outputs, created: 'false' } });
    expect(writes(registry)).toEqual([]);
  });
});

test('a link leads to the file, by its lasting address too where GitLab allows one', async () => {
  await release({ tag: 'v-links', ref: 'main' });

  const links = (await releaseOf(registry, 'v-links'))?.assets.links ?? [];
  const found = Object.fromEntries(
    links.map(({ name, direct_asset_url: direct, link_type: type }) => [
      name,
      [type, direct.replace(registry.url, '')],
    ]),
  );
  expect(found).toEqual({
    'a.txt': ['package', `/${PROJECT.path}/-/releases/v-links/downloads/a.txt`],
    tool: ['package', `/${PROJECT.path}/-/releases/v-links/downloads/bin/tool`],
    'c+d.map': ['package', urlOf('c%2Bd.map').replace(registry.url, '')],
  });
  for (const [file, content] of Object.entries(FILES)) {
    const url = links.find(({ name }) => name === basename(file))?.url ?? '';
    expect(await (await fetch(url, { headers: { 'PRIVATE-TOKEN': TOKENS.reader } })).text()).toBe(content);
    expect(await getRaw(registry, { name: 'widget', version: '1.0.0' }, file)).toBe(content);
  }
});

describe('the tag', () => {
  test('is the prefix and the version at the terminal', async () => {
    expect(await release({ ref: 'main', 'tag-prefix': 'cli/v' })).toMatchObject({
      code: 0,
      outputs: { tag: 'cli/v1.0.0', created: 'true' },
    });
    expect(await releaseOf(registry, 'cli/v1.0.0')).toMatchObject({ tag_name: 'cli/v1.0.0', name: 'cli/v1.0.0' });
  });

  test('names the version when nothing else does', async () => {
    const run = await release({ tag: 'lib/v1.1.0', 'tag-prefix': 'lib/v', 'package-version': '', ref: 'main' });
    expect(run).toMatchObject({ code: 0, outputs: { tag: 'lib/v1.1.0' } });
    expect(await linksOf(registry, 'lib/v1.1.0')).toMatchObject({ 'a.txt': urlOf('a.txt', '1.1.0') });
  });

  test('is that of the workflow on GitHub, and is not made without ref when GitLab has it', async () => {
    const env = {
      GITHUB_REF: 'refs/tags/v1.1.0',
      GITHUB_REF_TYPE: 'tag',
      GITHUB_REF_NAME: 'v1.1.0',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_SHA: 'f'.repeat(40),
    };
    const missing = await release({ 'package-version': '', wait: '0s' }, githubAction, {}, env);
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('has no tag `v1.1.0`, and it does not have the commit `ffff');
    expect(await tagNames(registry)).not.toContain('v1.1.0');

    await fetch(`${registry.apiUrl}/projects/42/repository/tags?tag_name=v1.1.0&ref=main`, {
      method: 'POST',
      headers: { 'PRIVATE-TOKEN': TOKENS.personal },
    });
    const there = await release({ 'package-version': '' }, githubAction, {}, env);
    expect(there).toMatchObject({ code: 0, outputs: { tag: 'v1.1.0', created: 'true' } });
    expect(there.summary).toContain('v1.1.0');
  });

  test('that exists at another commit is not moved, and that is said', async () => {
    const [one, other] = ['1'.repeat(40), '2'.repeat(40)];
    expect((await release({ tag: 'v-at', ref: one })).stderr).not.toContain('a tag is never moved');
    const run = await release({ tag: 'v-at', ref: other });
    expect(run).toMatchObject({ code: 0, outputs: { created: 'false' } });
    expect(run.stderr).toContain(
      `The tag v-at exists at ${one}, not at ${other}, and stays there: a tag is never moved`,
    );
    expect((await releaseOf(registry, 'v-at'))?.commit.id).toBe(one);
  });
});

describe('a release that is there', () => {
  test('gets another text, and keeps it where none is given', async () => {
    await release({ tag: 'v-text', ref: 'main', description: 'old' });
    registry.forget();
    expect(await release({ tag: 'v-text', description: 'new' })).toMatchObject({
      code: 0,
      outputs: { created: 'false' },
    });
    expect(writes(registry)).toEqual(['PUT /releases/v-text']);

    registry.forget();
    await release({ tag: 'v-text' });
    expect(writes(registry)).toEqual([]);
    expect(await releaseOf(registry, 'v-text')).toMatchObject({ name: 'v-text', description: 'new' });
  });

  test('gets another title, and keeps the one that people gave it', async () => {
    await makeRelease(registry, { tag_name: 'v-title', ref: 'main', name: 'Given by hand' });
    await release({ tag: 'v-title' });
    expect(await releaseOf(registry, 'v-title')).toMatchObject({ name: 'Given by hand' });
    await release({ tag: 'v-title', name: 'Spring' });
    expect(await releaseOf(registry, 'v-title')).toMatchObject({ name: 'Spring', description: null });
  });

  test('loses the links of files that are not selected any more, and no others', async () => {
    await release({ tag: 'v-less', ref: 'main' });
    await putLink(registry, 'v-less', { name: 'Manual', url: 'https://docs.example/' });
    await putLink(registry, 'v-less', {
      name: 'other.txt',
      url: urlOf('other.txt').replace('/widget/', '/other/'),
      link_type: 'package',
    });
    registry.forget();

    expect(await release({ tag: 'v-less', files: 'bin/**' })).toMatchObject({
      code: 0,
      outputs: { 'link-count': '1' },
    });
    expect(Object.keys(await linksOf(registry, 'v-less'))).toEqual(['Manual', 'other.txt', 'tool']);
    expect(writes(registry).filter((line) => !line.startsWith('DELETE '))).toEqual([]);
  });

  test('goes on to another version of the package', async () => {
    await release({ tag: 'nightly', ref: 'main' });
    registry.forget();
    const run = await release({ tag: 'nightly', 'package-version': '1.1.0', files: '*.txt' });

    expect(run.stderr).toContain('The release nightly led to another version of the package before: 1.0.0 → 1.1.0');
    expect(run.stderr).not.toContain('names the version');
    expect(await linksOf(registry, 'nightly')).toEqual({ 'a.txt': urlOf('a.txt', '1.1.0') });
    expect(
      writes(registry)
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['DELETE', 'DELETE', 'PUT']);
    expect((await releaseOf(registry, 'nightly'))?.assets.links).toMatchObject([
      { link_type: 'package', direct_asset_url: expect.stringContaining('/downloads/a.txt') as unknown },
    ]);
  });

  test.each([
    [0, 1],
    [1, 0],
    [0, 2],
    [2, 0],
  ])(
    'is the same whether the project is named by its path, its id or in capitals: %d, then %d',
    async (first, second) => {
      const names = [PROJECT.path, String(PROJECT.id), PROJECT.path.toUpperCase()];
      const inputs = { tag: `v-id-${first}-${second}`, ref: 'main', 'package-name': 'widget' };
      expect(await release({ ...inputs, project: names[first] ?? '' })).toMatchObject({
        code: 0,
        outputs: { created: 'true' },
      });
      registry.forget();
      expect(await release({ ...inputs, project: names[second] ?? '' })).toMatchObject({
        code: 0,
        outputs: { created: 'false' },
      });
      expect(writes(registry)).toEqual([]);
    },
  );

  test('whose tag names another version is made, and that is said', async () => {
    const first = await release({ tag: 'lib/v1.0.0', 'tag-prefix': 'lib/v', ref: 'main' });
    expect(first.stderr).not.toContain('names the version');
    const run = await release({ tag: 'lib/v1.0.0', 'tag-prefix': 'lib/v', 'package-version': '1.1.0' });
    expect(run).toMatchObject({ code: 0, outputs: { created: 'false' } });
    expect(run.stderr).toContain('1.0.0 → 1.1.0');
    expect(run.stderr).toContain('The tag lib/v1.0.0 names the version 1.0.0, but its release leads to 1.1.0');
    // What it says of a change is said once; what is odd for good, each time.
    const again = await release({ tag: 'lib/v1.0.0', 'tag-prefix': 'lib/v', 'package-version': '1.1.0' });
    expect(again.stderr).not.toContain('→ 1.1.0');
    expect(again.stderr).toContain('names the version 1.0.0');
  });

  test('with somebody else’s link of the same name is left whole', async () => {
    await makeRelease(registry, {
      tag_name: 'v-taken',
      ref: 'main',
      assets: { links: [{ name: 'a.txt', url: 'https://elsewhere.example/a.txt' }] },
    });
    registry.forget();
    const run = await release({ tag: 'v-taken', description: 'not written' });
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('the link `a.txt` leads to `https://elsewhere.example/a.txt`');
    expect(run.stderr).toContain('Rename or delete them');
    expect(writes(registry)).toEqual([]);
  });
});

describe('the text of a release', () => {
  test('may lie in a file of the workspace, whose line ends do not count', async () => {
    const text = '# 1.0.0\r\n\r\n- ünïcode\r\n';
    const inputs = { tag: 'v-file', ref: 'main', 'description-file': 'notes/1.md' };
    expect(await release(inputs, terminal, { 'notes/1.md': text })).toMatchObject({ code: 0 });
    expect(await releaseOf(registry, 'v-file')).toMatchObject({ description: text });
    registry.forget();
    expect(
      await release(inputs, githubAction, { 'notes/1.md': text.replaceAll('\r\n', '\n').trimEnd() }),
    ).toMatchObject({ code: 0 });
    expect(writes(registry)).toEqual([]);
  });

  test('may have as many characters as GitLab takes', async () => {
    const files = { 'n.md': 'ü'.repeat(20) + 'x'.repeat(999_980) };
    expect(await release({ tag: 'v-long', ref: 'main', 'description-file': 'n.md' }, terminal, files)).toMatchObject({
      code: 0,
    });
  });

  test('that is empty is none, and that is said', async () => {
    await release({ tag: 'v-empty', ref: 'main', description: 'kept' });
    const run = await release({ tag: 'v-empty', 'description-file': 'n.md' }, terminal, { 'n.md': '\n' });
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('description-file is empty');
    expect(await releaseOf(registry, 'v-empty')).toMatchObject({ description: 'kept' });
  });

  test('is taken through a link inside the workspace', async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, 'CHANGES.md'), 'linked');
      await symlink('CHANGES.md', join(cwd, 'notes.md'));
      const inputs = {
        ...connection(),
        'package-version': '1.0.0',
        tag: 'v-linked',
        ref: 'main',
        'description-file': 'notes.md',
      };
      expect(await terminal.run('release', inputs, { cwd })).toMatchObject({ code: 0 });
    });
    expect(await releaseOf(registry, 'v-linked')).toMatchObject({ description: 'linked' });
  });
});

test('a version without a manifest is taken as it is listed, and its manifest only by its name', async () => {
  expect(await release({ tag: 'v-curled', ref: 'main', 'package-name': 'curled' })).toMatchObject({
    code: 0,
    outputs: { 'link-count': '1' },
  });
  expect(Object.keys(await linksOf(registry, 'v-curled'))).toEqual(['by-hand.txt']);
  await release({ tag: 'v-manifest', ref: 'main', files: 'generic-package.json' });
  expect(Object.keys(await linksOf(registry, 'v-manifest'))).toEqual(['generic-package.json']);
});

test('a hidden version that is complete can be released', async () => {
  await inFolder(async (cwd) => {
    await writeFiles(cwd, { 'h.txt': 'h' });
    expect(
      await terminal.run(
        'publish',
        { ...connection(), 'package-version': '3.0.0', files: 'h.txt', status: 'hidden' },
        { cwd },
      ),
    ).toMatchObject({ code: 0 });
  });
  expect(await release({ 'package-version': '3.0.0', ref: 'main' })).toMatchObject({
    code: 0,
    outputs: { tag: 'v3.0.0', 'link-count': '1' },
  });
});

test('a public project is no exception: releasing needs a token', async () => {
  const run = await release({ project: OPEN_PROJECT.path, token: 'none' });
  expect(run.code).toBe(2);
  expect(run.stderr).toContain('--token: is required');
  expect(run.stderr).not.toContain('write_package_registry');
});
