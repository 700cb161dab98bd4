/** Every GitLab that the registry can behave like, on every kind of storage: out, again, and back. */
import { expect, test } from '@jest/globals';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleOf } from '../support/by-bundle.ts';
import { terminal } from '../support/in-process.ts';
import { fileGets, fileOf, puts, TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { storedRows, WIDGET } from '../support/raw.ts';
import { rightInputs } from './wrong-runs.ts';

/** GitLab 13.5 knows no folders in names, and neither deploy tokens nor Basic for generic packages. */
const FLAT = { 'empty.txt': '', 'a.txt': 'a', 'run.sh': '#!/bin/sh\n', 'model.bin': 'm'.repeat(300_000) };
const NESTED = { ...FLAT, 'docs/deep/b.txt': 'b', '__proto__/constructor': 'c' };
const PLUS = { 'odd/a+b.txt': 'plus' };
const TILDE = { 'odd/a~b.txt': 'tilde' };
const AT = { 'odd/a@b.txt': 'at' };

const VERSIONS = [
  { gitlabVersion: '13.5', files: FLAT, other: 'job' },
  { gitlabVersion: '17.2', files: { ...NESTED, ...PLUS }, other: 'deploy' },
  { gitlabVersion: '18.4', files: { ...NESTED, ...PLUS, ...TILDE }, other: 'deploy' },
  { gitlabVersion: '18.6', files: { ...NESTED, ...PLUS, ...TILDE, ...AT }, other: 'deploy' },
] as const;

const CASES = VERSIONS.flatMap(
  ({ other, ...version }) =>
    [
      { ...version, storage: 'local', token: 'personal', platform: bundleOf(terminal) },
      { ...version, storage: 'proxy', token: 'personal', platform: terminal },
      { ...version, storage: 'redirect', token: 'personal', platform: terminal },
      { ...version, storage: 'redirect', token: other, platform: terminal },
    ] as const,
);

test.each(CASES)(
  'GitLab $gitlabVersion, $storage storage, $token token',
  async ({ gitlabVersion, files, storage, token, platform }) => {
    await inFolder((folder) =>
      withRegistry({ gitlabVersion, settings: { object_storage: storage } }, async (registry) => {
        const [out, back] = [join(folder, 'out'), join(folder, 'in')];
        await writeFiles(out, files);
        await chmod(join(out, 'run.sh'), 0o755);
        const count = String(Object.keys(files).length);
        const run = (command: string) =>
          platform.run(command, { ...rightInputs(registry, command), token: TOKENS[token] }, { cwd: folder });

        const first = await run('publish');
        expect(first).toMatchObject({ code: 0, outputs: { uploaded: count, complete: 'true' } });
        const { digest } = first.outputs;
        registry.forget();
        expect(await run('publish')).toMatchObject({ code: 0, outputs: { digest, uploaded: '0', unchanged: count } });
        // A token that cannot list cannot know whether the version is visible: it sends the manifest for its status.
        expect(puts(registry).map(fileOf)).toEqual(token === 'deploy' ? ['generic-package.json'] : []);

        expect(await run('download')).toMatchObject({ code: 0, outputs: { digest, downloaded: count } });
        expect(await fingerprint(back)).toEqual(await fingerprint(out));
        registry.forget();
        expect(await run('download')).toMatchObject({ code: 0, outputs: { digest, unchanged: count } });
        expect(fileGets(registry).map(fileOf)).toEqual(['generic-package.json']);

        const names = (await storedRows(registry, WIDGET)).map(({ name }) => name).sort();
        const again = token === 'deploy' ? ['generic-package.json'] : [];
        expect(names).toEqual([...again, 'generic-package.json', ...Object.keys(files)].sort());
      }),
    );
  },
);
