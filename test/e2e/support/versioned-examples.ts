/** Examples for GitHub whose version is worked out: what is there before, what is pushed, what is there afterwards. */
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { allVisible, claimsOf, getRaw, putRaw, storedRows, type Version } from '../../support/raw.ts';
import { withVersionRegistry } from '../../support/version-registry.ts';

interface Push {
  readonly ref: string;
  /** The jobs that run. */
  readonly jobs: readonly string[];
}

export interface VersionedExample {
  readonly file: string;
  /** Words for its versions. */
  readonly what: string;
  /** Versions in the registry before the first push. */
  readonly published: readonly Version[];
  readonly pushes: readonly Push[];
  /** What listings show at the end: `NAME VERSION`, and its files, those of text with what they say. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** The files that the release of a tag links to. */
  readonly release?: { readonly tag: string; readonly files: readonly string[] };
}

const MAIN: Push = { ref: 'refs/heads/main', jobs: ['publish'] };
const MANIFEST = 'generic-package.json';

export const VERSIONED: readonly VersionedExample[] = [
  {
    file: 'github-tag-release.yml',
    what: "the tag's version, though the registry has a higher one",
    published: [{ name: 'widget', version: '1.9.0' }],
    pushes: [{ ref: 'refs/tags/v1.2.3', jobs: ['publish'] }],
    versions: { 'widget 1.9.0': ['seed.txt: 1.9.0'], 'widget 1.2.3': [MANIFEST, 'widget.txt: 1.2.3'] },
    release: { tag: 'v1.2.3', files: ['widget.txt'] },
  },
  {
    file: 'github-monorepo.yml',
    what: 'the package and version of each tag',
    published: [{ name: 'web', version: '0.3.0' }],
    pushes: [
      { ref: 'refs/tags/cli/v1.2.3', jobs: ['cli'] },
      { ref: 'refs/tags/web/v0.4.0-rc.1', jobs: ['web'] },
    ],
    versions: {
      'web 0.3.0': ['seed.txt: 0.3.0'],
      'cli 1.2.3': ['cli.txt: 1.2.3', MANIFEST],
      'web 0.4.0-rc.1': [MANIFEST, 'web.txt: 0.4.0-rc.1'],
    },
  },
  {
    file: 'github-registry-version.yml',
    what: 'one version after the other, counted by number from the highest stable one',
    published: ['0.9.0', '0.10.1', '1.0.0-rc.1'].map((version) => ({ name: 'widget', version })),
    pushes: [MAIN, MAIN],
    versions: {
      'widget 0.9.0': ['seed.txt: 0.9.0'],
      'widget 0.10.1': ['seed.txt: 0.10.1'],
      'widget 1.0.0-rc.1': ['seed.txt: 1.0.0-rc.1'],
      [`${claimsOf('widget')} 0.10.2`]: ['run-1.json'],
      [`${claimsOf('widget')} run-1`]: ['0.10.2.json'],
      'widget 0.10.2': [MANIFEST, 'widget.txt: 0.10.2'],
      [`${claimsOf('widget')} 0.10.3`]: ['run-2.json'],
      [`${claimsOf('widget')} run-2`]: ['0.10.3.json'],
      'widget 0.10.3': [MANIFEST, 'widget.txt: 0.10.3'],
    },
  },
  {
    file: 'github-registry-version.yml',
    what: 'the first version of a package',
    published: [],
    pushes: [MAIN],
    versions: {
      [`${claimsOf('widget')} 0.1.0`]: ['run-1.json'],
      [`${claimsOf('widget')} run-1`]: ['0.1.0.json'],
      'widget 0.1.0': [MANIFEST, 'widget.txt: 0.1.0'],
    },
  },
];

/** A registry of its own for one example, whose project has this commit: what others publish would change the version. */
export function withPublished(
  versions: readonly Version[],
  commit: string,
  work: (registry: RunningRegistry) => Promise<void>,
): Promise<void> {
  return withVersionRegistry({ commits: [commit] }, async (registry) => {
    for (const version of versions) await putRaw(registry, version, 'seed.txt', version.version);
    await work(registry);
  });
}

/** `NAME VERSION` of whatever listings show → its files, those of text with what they say. */
export async function contentsOf(registry: RunningRegistry): Promise<Record<string, readonly string[]>> {
  const contents: Record<string, readonly string[]> = {};
  for (const version of await allVisible(registry)) {
    const names = (await storedRows(registry, version)).map(({ name }) => name).sort();
    contents[`${version.name} ${version.version}`] = await Promise.all(
      names.map((name) => told(registry, version, name)),
    );
  }
  return contents;
}

async function told(registry: RunningRegistry, version: Version, name: string): Promise<string> {
  return name.endsWith('.txt') ? `${name}: ${(await getRaw(registry, version, name))?.trim() ?? ''}` : name;
}
