/** Release tools that others wrote, as their users run them the first time; and a release of ours, taken as glab does. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openPlace, OWNER_TOKEN, PLACES, PROJECT, type Place } from './support/place.ts';

let place: Place;
afterEach(async () => {
  await place.close();
});

const GIT = 'git -c user.name=Test -c user.email=test@example.org -c commit.gpgsign=false -c tag.gpgsign=false';

/** Files of a repository whose one commit is on `main`; `origin` is a bare repository beside it. */
async function repository(files: Readonly<Record<string, string>>, origin?: string): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(place.root, 'work', name, '..'), { recursive: true });
    await writeFile(join(place.root, 'work', name), content);
  }
  const bare = origin ?? join(place.root, 'origin.git');
  if (origin === undefined) await place.shell('git init --quiet --bare --initial-branch=main origin.git');
  await place.shell(
    `cd work && git init --quiet --initial-branch=main && git add --all && ${GIT} commit --quiet --message='feat: begin' && ` +
      `git remote add origin ${bare} && git push --quiet origin main`,
  );
}

interface Asset {
  readonly name: string;
  readonly url: string;
  readonly direct_asset_url: string;
}

async function assetsOf(tag: string): Promise<readonly Asset[]> {
  const path = `/projects/42/releases/${encodeURIComponent(tag)}`;
  const said = await place.shell(`curl -sSf -H "PRIVATE-TOKEN: $TOKEN" "$API${path}"`);
  return (JSON.parse(said) as { assets: { links: Asset[] } }).assets.links;
}

const at = (url: string): string => `curl -sSfL -H "PRIVATE-TOKEN: $TOKEN" '${url}'`;

describe.each(PLACES)('storage $storage, TLS $tls', ({ storage, tls }) => {
  test('GoReleaser makes its first release, of a tag that git pushed', async () => {
    place = await openPlace({ storage, tls }, { tags: 'assumed' });
    const { url, apiUrl } = place.registry;
    await repository({
      'go.mod': 'module example.com/widget\n\ngo 1.24\n',
      'main.go': 'package main\n\nfunc main() { println("widget") }\n',
      '.goreleaser.yaml': [
        'version: 2',
        'project_name: widget',
        `gitlab_urls: {api: "${apiUrl}/", download: "${url}", use_package_registry: true}`,
        'release: {gitlab: {owner: acme/tools, name: widget}}',
        'builds: [{goos: [linux], goarch: [amd64, arm64], env: [CGO_ENABLED=0]}]',
        'changelog: {disable: true}',
        '',
      ].join('\n'),
    });
    const go = 'GOCACHE=$CLIENTS/go-cache GOFLAGS=-mod=mod GOTOOLCHAIN=local GITLAB_TOKEN=$TOKEN';
    await place.shell(`cd work && git tag v1.0.0 && ${go} goreleaser release --clean`);
    const assets = await assetsOf('v1.0.0');
    expect(assets.map(({ name }) => name).sort()).toEqual([
      'widget_1.0.0_checksums.txt',
      'widget_1.0.0_linux_amd64.tar.gz',
      'widget_1.0.0_linux_arm64.tar.gz',
    ]);
    for (const { name, url: link } of assets) await place.shell(`${at(link)} | cmp - 'work/dist/${name}'`);
    // Ours fetches what it sent.
    const version = ['--package-name', 'widget', '--package-version', '1.0.0', '--directory', 'got'];
    expect(await place.ours('download', ...version)).toMatchObject({ downloaded: assets.length });
  });

  test('semantic-release makes its first release with two files', async () => {
    place = await openPlace({ storage, tls }, { tags: 'assumed' });
    const config = {
      branches: ['main'],
      plugins: [
        '@semantic-release/commit-analyzer',
        '@semantic-release/release-notes-generator',
        [
          '@semantic-release/gitlab',
          {
            gitlabUrl: place.registry.url,
            assets: [
              { path: 'a.txt', target: 'generic_package', label: 'First' },
              { path: 'b.txt', target: 'generic_package', label: 'Second', status: 'hidden' },
            ],
          },
        ],
      ],
    };
    await repository({
      'package.json': JSON.stringify({ name: 'widget', version: '0.0.0', private: true, release: config }),
      'a.txt': 'a\n',
      'b.txt': 'b\n',
    });
    const address = `${place.registry.url}/${PROJECT.path}.git`;
    await place.shell(
      `cd work && env -u CI GITLAB_TOKEN=$TOKEN GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=url.$PWD/../origin.git.insteadOf ` +
        `GIT_CONFIG_VALUE_0='${address}' semantic-release --no-ci --repository-url '${address}'`,
      { GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.org' },
    );
    const assets = await assetsOf('v1.0.0');
    expect(assets.map(({ name }) => name).sort()).toEqual(['First', 'Second']);
    for (const { name, url } of assets)
      await place.shell(`${at(url)} | cmp - work/${name === 'First' ? 'a' : 'b'}.txt`);
  });

  test('release-it makes its first release with a file', async () => {
    place = await openPlace({ storage, tls }, { tags: 'assumed' });
    const { url } = place.registry;
    const config = {
      npm: false,
      git: { requireUpstream: false, pushRepo: 'origin' },
      gitlab: {
        ...{ release: true, origin: url, useGenericPackageRepositoryForAssets: true },
        ...{ genericPackageRepositoryName: 'widget', assets: ['a.txt'], tokenRef: 'TOKEN' },
      },
    };
    await repository({
      'package.json': JSON.stringify({ name: 'widget', version: '0.0.0', private: true }),
      '.release-it.json': JSON.stringify(config),
      'a.txt': 'a\n',
    });
    // It reads the project from the address of `origin`; git itself works with another remote.
    await place.shell(
      `cd work && git remote rename origin bare && git branch --quiet --set-upstream-to=bare/main && ` +
        `git remote add origin '${url}/${PROJECT.path}.git' && ` +
        `git config url.$PWD/../origin.git.pushInsteadOf '${url}/${PROJECT.path}.git' && ` +
        'release-it 1.0.0 --ci --gitlab.certificateAuthorityFile="$CA"',
      {
        ...{ GIT_AUTHOR_NAME: 'Test', GIT_AUTHOR_EMAIL: 'test@example.org' },
        ...{ GIT_COMMITTER_NAME: 'Test', GIT_COMMITTER_EMAIL: 'test@example.org' },
      },
    );
    const assets = await assetsOf('1.0.0');
    expect(assets.map(({ name }) => name)).toEqual(['a.txt']);
    for (const asset of assets) await place.shell(`${at(asset.url)} | cmp - work/a.txt`);
  });

  test('a release of ours is taken by its links, each a file of the name that the link has', async () => {
    place = await openPlace({ storage, tls }, {}, { tags: [{ project: 42, name: 'v1.0.0' }] });
    await place.shell('mkdir -p tree/bin && echo tool > tree/bin/tool && echo notes > tree/notes.txt');
    const version = ['--package-name', 'widget', '--package-version', '1.0.0'];
    await place.ours('publish', ...version, '--directory', 'tree', '--files', '**', '--checksums', 'SHA256SUMS');
    await place.ours('release', ...version, '--tag', 'v1.0.0');
    const names = (await assetsOf('v1.0.0')).map(({ name }) => name).sort();
    expect(names).toContain('tool');
    await mkdir(join(place.root, 'assets'));
    await place.shell('client-go assets v1.0.0 assets');
    expect((await readdir(join(place.root, 'assets'))).sort()).toEqual(names);
    expect(await readFile(join(place.root, 'assets', 'tool'), 'utf8')).toBe('tool\n');
    await place.shell('cmp assets/notes.txt tree/notes.txt');
  });

  test('Renovate finds the versions of a package and the releases', async () => {
    place = await openPlace(
      { storage, tls },
      {},
      {
        packages: ['1.0.0', '1.1.0'].map((version) => ({ project: 42, name: 'widget', version })),
        releases: [{ project: 42, tag: 'v1.0.0' }],
      },
    );
    const ask = (what: string): Promise<string> => place.shell(`node "$PROGRAMS/renovate.mjs" ${what}`);
    expect((await ask('acme/tools/widget:widget')).trim().split('\n')).toEqual(['1.0.0', '1.1.0']);
    expect((await ask('acme/tools/widget gitlab-releases')).trim()).toBe('v1.0.0');
  });

  test('Ansible sets variables of a project and of a group, and leaves what is right', async () => {
    place = await openPlace({ storage, tls });
    await place.shell(
      'ansible-playbook -i localhost, -c local -e ansible_python_interpreter=$CLIENTS/ansible/bin/python "$PROGRAMS/variables.yml"',
    );
    const headers = `-H "PRIVATE-TOKEN: ${OWNER_TOKEN}"`;
    const get = async (path: string): Promise<unknown> =>
      JSON.parse(await place.shell(`curl -sSf ${headers} "$API/${path}"`));
    expect(await get('projects/42/variables/WIDGET_VERSION')).toMatchObject({ value: '1.4.2' });
    expect(await get('groups/acme%2Ftools/variables/TEAM')).toMatchObject({ value: 'tools' });
  });

  test('gitbeaker turns pages, and sends an envelope for a file, which is its own mistake', async () => {
    place = await openPlace(
      { storage, tls },
      {},
      {
        packages: Array.from({ length: 12 }, (_, number) => ({ project: 42, name: 'many', version: `1.0.${number}` })),
      },
    );
    const listed = await place.shell('node "$PROGRAMS/gitbeaker.mjs" list');
    expect(listed.trim().split('\n')).toHaveLength(12);
    await place.shell('echo hello > f.txt && node "$PROGRAMS/gitbeaker.mjs" upload sent f.txt f.txt');
    const got = await place.shell(
      'curl -sSfL -H "PRIVATE-TOKEN: $TOKEN" "$API/projects/42/packages/generic/sent/1.0.0/f.txt"',
    );
    expect(got).toMatch(/Content-Disposition: form-data[^]*hello/i);
  });
});
