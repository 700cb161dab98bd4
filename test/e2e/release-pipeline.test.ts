/** The release pipeline as a project includes it: whole pipelines for the default branch, run by gitlab-ci-local. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { contentOf, putFile, releaseLinks, variableValue, versionsOf } from './support/ledger.ts';
import { runWell, succeeded } from './support/machine.ts';
import { PROJECT, secretForms, TOKENS } from './support/registry.ts';
import { component, DEFAULT_BRANCH, openScene, type Pipeline, type Scene } from './support/scene.ts';

const TOKEN_VARIABLE = 'VERSION_TOKEN';
const TOKEN = { [TOKEN_VARIABLE]: TOKENS.maintainer };
/** The file says which version it was built as. */
const PASSING = ['test "$(cat generic-packages/widget.txt)" = "built $VERSION"'];
const OURS = ['version', 'publish', 'download', 'promote', 'save-version'].map((name) => `generic-packages-${name}`);

let scene: Scene;
/** What the user's jobs write down, outside of every work tree. */
let notes: string;
/** All that the user's test finds on its PATH: no Node. */
let programs: string;

beforeAll(async () => {
  const versions = ['WIDGET_VERSION', 'GADGET_VERSION', 'SCOPED_VERSION'];
  scene = await openScene('local', { variables: Object.fromEntries(versions.map((key) => [key, '1.2.3'])) });
  notes = join(scene.root, 'notes');
  programs = join(scene.root, 'programs');
  await mkdir(notes);
  await mkdir(programs);
  for (const name of ['bash', 'cat', 'env']) {
    const place = await runWell('sh', ['-c', 'command -v "$0"', name], { cwd: scene.root });
    await symlink(place.trim(), join(programs, name));
  }
  await putFile(scene.registry, 'widget/1.2.3/widget.txt', 'built by hand');
  await putFile(scene.registry, 'gadget/1.2.3/widget.txt', 'built by hand');
});
afterAll(() => scene.close());

/** A project that builds, includes the release pipeline and uses the version afterwards. */
function project(inputs: Readonly<Record<string, unknown>>, jobs: object = {}): object {
  return {
    stages: ['build', 'deploy', 'use'],
    include: [component('release-pipeline', { directory: 'out', files: '**', ...inputs })],
    build: {
      stage: 'build',
      script: ['mkdir out', 'echo "built $VERSION" > out/widget.txt'],
      artifacts: { paths: ['out'] },
    },
    ...jobs,
  };
}

function named(variable: string): Readonly<Record<string, string>> {
  return { variable, 'variable-token': `$${TOKEN_VARIABLE}` };
}

function run(ci: object, variables: Readonly<Record<string, string>>): Promise<Pipeline> {
  return scene.pipeline(ci, { ...DEFAULT_BRANCH, NOTES: notes, ...variables });
}

describe('a pipeline whose test passes', () => {
  let pipeline: Pipeline;

  beforeAll(async () => {
    const script = ['env > "$NOTES/passing.txt"', 'if command -v node; then exit 4; fi', ...PASSING];
    const jobs = {
      'generic-packages-test': { variables: { PATH: programs } },
      use: { stage: 'use', script: ['echo "told: $VERSION after $VERSION_PREVIOUS, $VERSION_TAG"'] },
    };
    const ci = project({ ...named('WIDGET_VERSION'), 'test-script': script }, jobs);
    pipeline = succeeded(await run(ci, TOKEN));
  });

  it('makes the version visible and saves it', async () => {
    expect(await versionsOf(scene.registry, 'widget')).toEqual(['1.2.3', '1.2.4']);
    expect(await contentOf(scene.registry, 'widget/1.2.4/widget.txt')).toBe('built 1.2.4\n');
    expect(await variableValue(scene.registry, 'WIDGET_VERSION')).toBe('1.2.4');
  });

  it('tells the version to the user’s own jobs', () => {
    expect(pipeline.log).toContain('told: 1.2.4 after 1.2.3, v1.2.4\n');
  });

  it('adds nothing to what the test knows: no input of ours, and the token only where the user put it', async () => {
    const known = await environmentOf('passing');

    expect(known.get('VERSION')).toBe('1.2.4');
    expect(known.get('PATH')).toBe(programs);
    expect([...known.keys()].filter((name) => name.startsWith('GENERIC_PACKAGES_'))).toEqual([]);
    expect(namesThatHold(known, TOKENS.maintainer)).toEqual([TOKEN_VARIABLE]);
  });

  it('keeps every secret out of the log and of what the jobs pass on', async () => {
    const secrets = secretForms();
    for (const secret of secrets) expect(pipeline.log).not.toContain(secret);
    for (const job of OURS) {
      const files = await filesBelow(pipeline.artifacts(job));
      expect(files.filter((file) => file.includes('/.generic-packages/'))).not.toEqual([]);
      const texts = await Promise.all(files.map((file) => readFile(file, 'latin1')));
      expect(texts.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
    }
  });
});

describe('a pipeline whose test fails', () => {
  const inputs = { ...named('GADGET_VERSION'), 'package-name': 'gadget' };

  it('leaves a hidden version, `latest` and the variable as they were; the next one takes the next number', async () => {
    const failed = await run(project({ ...inputs, 'test-script': ['exit 3'] }), TOKEN);
    expect(failed).toMatchObject({ code: 1 });
    expect(await failed.result('generic-packages-publish', 'publish')).toMatchObject({
      'package-version': '1.2.4',
      complete: false,
    });
    expect(await versionsOf(scene.registry, 'gadget')).toEqual(['1.2.3']);
    expect(await versionsOf(scene.registry, 'gadget', 'hidden')).toEqual(['1.2.4']);
    expect(await latestOf('gadget')).toBe('1.2.3');
    expect(await variableValue(scene.registry, 'GADGET_VERSION')).toBe('1.2.3');

    const next = succeeded(await run(project({ ...inputs, 'test-script': PASSING }), TOKEN));
    expect(await next.result('generic-packages-version', 'version')).toMatchObject({
      version: '1.2.5',
      previous: '1.2.3',
    });
    expect(await versionsOf(scene.registry, 'gadget')).toEqual(['1.2.3', '1.2.5']);
    expect(await versionsOf(scene.registry, 'gadget', 'hidden')).toEqual(['1.2.4']);
    expect(await latestOf('gadget')).toBe('1.2.5');
    expect(await variableValue(scene.registry, 'GADGET_VERSION')).toBe('1.2.5');
  });
});

describe('a pipeline that names no variable', () => {
  it('counts on from the registry, with the job token alone', async () => {
    const ci = project({ 'package-name': 'gizmo', 'initial-version': '0.1.0', 'test-script': PASSING });
    scene.registry.forget();
    for (const version of ['0.1.0', '0.1.1']) {
      const pipeline = succeeded(await run(ci, {}));
      expect(await pipeline.result('generic-packages-version', 'version')).toMatchObject({
        version,
        source: 'packages',
      });
      expect(await pipeline.result('generic-packages-promote', 'publish')).toMatchObject({
        'package-version': version,
        complete: true,
      });
      expect(pipeline.log).not.toContain('generic-packages-save-version');
    }

    const { requests } = scene.registry;
    expect(requests.length).toBeGreaterThan(0);
    for (const { credentials } of requests) expect(credentials).toEqual(['JOB-TOKEN']);
    expect(requests.filter(({ path }) => path.includes('/variables'))).toEqual([]);
    expect(await versionsOf(scene.registry, 'gizmo')).toEqual(['0.1.0', '0.1.1']);
  });
});

describe('a pipeline of two packages', () => {
  it('includes the component twice, and each has its own version by its output-prefix', async () => {
    const include = Object.entries({ cli: '0.1.0', web: '5.0.0' }).map(([name, version]) => {
      const prefix = `${name.toUpperCase()}_`;
      const own = { 'job-prefix': name, 'package-name': name, 'output-prefix': prefix, 'initial-version': version };
      return component('release-pipeline', {
        ...own,
        directory: 'out',
        files: '**',
        'test-script': [`test "$${prefix}VERSION" = ${version}`],
      });
    });
    succeeded(await run({ ...project({}), include }, {}));

    for (const [name, version] of [
      ['cli', '0.1.0'],
      ['web', '5.0.0'],
    ] as const) {
      expect(await versionsOf(scene.registry, name)).toEqual([version]);
    }
  });
});

describe('a pipeline that releases', () => {
  it('makes the tag and its release once all else is done, with the job token', async () => {
    const ci = project({
      'package-name': 'gauge',
      'initial-version': '0.1.0',
      'tag-prefix': 'gauge/v',
      release: true,
      'test-script': PASSING,
    });
    const pipeline = succeeded(await run(ci, {}));

    expect(await pipeline.result('generic-packages-release', 'release')).toMatchObject({
      tag: 'gauge/v0.1.0',
      created: true,
    });
    expect(await releaseLinks(scene.registry, 'gauge/v0.1.0')).toEqual(['widget.txt']);
  });
});

describe('a token in a variable of one environment', () => {
  it('reaches the two jobs that name it, and not the test', async () => {
    await giveTo('release', TOKEN_VARIABLE, TOKENS.maintainer);
    const environment = { environment: { name: 'release', action: 'access' } };
    const script = ['env > "$NOTES/scoped.txt"', ...PASSING];
    const jobs = { 'generic-packages-version': environment, 'generic-packages-save-version': environment };
    succeeded(
      await run(project({ ...named('SCOPED_VERSION'), 'package-name': 'scoped', 'test-script': script }, jobs), {}),
    );

    expect(await variableValue(scene.registry, 'SCOPED_VERSION')).toBe('1.2.4');
    const known = await environmentOf('scoped');
    expect(known.get('VERSION')).toBe('1.2.4');
    expect(namesThatHold(known, TOKENS.maintainer)).toEqual([]);
  });
});

/** What a job wrote down with `env`. */
async function environmentOf(note: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await readFile(join(notes, `${note}.txt`), 'utf8')).split('\n').filter((line) => line.includes('='));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function namesThatHold(known: ReadonlyMap<string, string>, secret: string): string[] {
  return [...known].filter(([, value]) => value.includes(secret)).map(([name]) => name);
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** What a pipeline of somebody who wants the newest version gets. */
async function latestOf(name: string): Promise<unknown> {
  const pipeline = succeeded(await scene.pipeline({ include: [component('download', { 'package-name': name })] }));
  return (await pipeline.result('generic-packages-download', 'download'))['package-version'];
}

/** A project variable with an environment scope, as gitlab-ci-local knows it. */
async function giveTo(scope: string, key: string, value: string): Promise<void> {
  const folder = join(scene.root, 'home', '.gitlab-ci-local');
  await mkdir(folder, { recursive: true });
  const origin = `${new URL(scene.forge.url).hostname}/${PROJECT.path}.git`;
  await writeFile(
    join(folder, 'variables.yml'),
    stringify({ project: { [origin]: { [key]: { values: { [scope]: value } } } } }),
  );
}
