/** GitLab's platform: where a job gets its program from, what it checks before it runs it, and who sees the token. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fingerprint } from '../support/tree.ts';
import { openElsewhere } from './support/elsewhere.ts';
import { succeeded } from './support/machine.ts';
import { makePayload, PAYLOAD_FILES, SMALL } from './support/payload.ts';
import { secretForms, TOKENS, TOOL, uploadsTo } from './support/registry.ts';
import { component, openScene, type Scene } from './support/scene.ts';

const PROGRAM = '/generic/generic-packages/1.0.0/generic-packages.js';

let scene: Scene;
let tree: Record<string, string>;

// Everything here goes through a registry that redirects downloads, the program's too.
beforeAll(async () => {
  scene = await openScene('redirect');
  tree = await makePayload(join(scene.consumer, 'payload'), SMALL);
});
beforeEach(() => {
  scene.registry.forget();
});
afterAll(() => scene.close());

describe('on an instance that redirects downloads to object storage', () => {
  it('program and files arrive, and no credential reaches the storage', async () => {
    const run = succeeded(
      await scene.pipeline({
        stages: ['deploy', 'use'],
        include: [publish({}), component('download', { stage: 'use', 'package-version': '1.2.3' })],
      }),
    );

    expect(await fingerprint(join(run.artifacts('generic-packages-download'), 'generic-packages'))).toEqual(tree);
    expect(programRequests()).toEqual([['JOB-TOKEN'], ['JOB-TOKEN']]);
    expect(scene.registry.storageRequests.length).toBeGreaterThanOrEqual(PAYLOAD_FILES + 2);
    for (const { credentials, headers } of scene.registry.storageRequests) {
      expect(credentials).toEqual([]);
      for (const secret of secretForms()) expect(JSON.stringify(headers)).not.toContain(secret);
    }
    for (const secret of secretForms()) expect(run.log).not.toContain(secret);
    // Of the script each job's log shows its first line, and no other.
    const shown = run.log
      .split('\n')
      .filter((line) => line.includes('fetches its one file, checks the SHA-256 below, runs it'));
    expect(shown).toHaveLength(2);
    for (const line of shown) expect(line).toContain('# collapsed multi-line command');
    expect(run.log).not.toContain('require');
  });
});

describe('a program that is not the released one', () => {
  it('is refused when its SHA-256 is not the one named, with nothing asked for but itself', async () => {
    const run = await scene.pipeline({ include: [publish({ 'program-sha256': '0'.repeat(64) })] });

    expect(run).toMatchObject({ code: 1 });
    expect(run.log).toContain(`expected ${'0'.repeat(64)}. Nothing of it was run.`);
    // A transfer may have been spoiled: it is asked for three times.
    expect(scene.registry.requests).toHaveLength(3);
    expect(programRequests()).toHaveLength(3);
  });

  it('is refused before a line of it runs', async () => {
    const mark = join(scene.root, 'it-ran');
    const other = join(scene.root, 'other.js');
    await writeFile(other, `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(mark)}, '');\n`);
    const elsewhere = await openElsewhere(other);
    try {
      const named = { program: elsewhere.url, 'program-sha256': scene.release.sha256 };
      expect(await scene.pipeline({ include: [publish(named)] })).toMatchObject({ code: 1 });
      expect(existsSync(mark)).toBe(false);

      // The mark is one that shows: the same program, named as what it is, does run.
      const honest = {
        ...named,
        'program-sha256': createHash('sha256')
          .update(await readFile(other))
          .digest('hex'),
      };
      await scene.pipeline({ include: [publish(honest)] });
      expect(existsSync(mark)).toBe(true);
    } finally {
      await elsewhere.close();
    }
  });
});

describe('a program from another place', () => {
  it('is fetched from its URL without the job token, and publishes', async () => {
    const elsewhere = await openElsewhere(scene.release.program);
    try {
      const inputs = { 'package-version': '2.0.0', program: elsewhere.url, 'program-sha256': scene.release.sha256 };
      succeeded(await scene.pipeline({ include: [publish(inputs)] }));

      expect(elsewhere.seen).toHaveLength(1);
      for (const secret of secretForms()) expect(JSON.stringify(elsewhere.seen)).not.toContain(secret);
      expect(programRequests()).toEqual([]);
      expect(uploadsTo(scene.registry)).toBe(PAYLOAD_FILES + 1);
    } finally {
      await elsewhere.close();
    }
  });

  it('is taken from the working copy by its path', async () => {
    await copyFile(scene.release.program, join(scene.consumer, 'vendored.js'));
    const inputs = { 'package-version': '2.1.0', program: 'vendored.js', 'program-sha256': scene.release.sha256 };
    succeeded(await scene.pipeline({ include: [publish(inputs)] }));

    expect(programRequests()).toEqual([]);
    expect(uploadsTo(scene.registry)).toBe(PAYLOAD_FILES + 1);
  });

  it('is dist/cli/index.js in the project of the components itself, at the very commit', async () => {
    const include = {
      component: `$CI_SERVER_FQDN/${TOOL.path}/publish@$CI_COMMIT_SHA`,
      inputs: { 'package-version': '3.0.0', files: 'templates/*' },
    };
    const run = succeeded(
      await scene.pipeline(
        { include: [include] },
        { CI_PROJECT_ID: String(TOOL.id), CI_JOB_TOKEN: TOKENS.toolJob },
        scene.release.folder,
      ),
    );

    expect(await run.result('generic-packages-publish', 'publish')).toMatchObject({
      'package-name': 'generic-packages',
      complete: true,
    });
    expect(programRequests()).toEqual([]);
  });
});

/** The payload lies in the consumer's repository: a job of ours is all there is. */
function publish(inputs: Readonly<Record<string, string>>): object {
  return component('publish', { directory: 'payload', files: '**', ...inputs });
}

/** With which credentials the registry was asked for the program. */
function programRequests(): readonly (readonly string[])[] {
  return scene.registry.requests.filter(({ path }) => path.endsWith(PROGRAM)).map(({ credentials }) => credentials);
}
