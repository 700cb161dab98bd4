/** The contract tests find mistakes: twenty rules of the registry are broken, one at a time, and each time a case fails. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endOf, ROOT } from '../support/process.ts';
import { spawn } from 'node:child_process';

interface Mutation {
  readonly rule: string;
  /** Below src/registry. */
  readonly file: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
  /** The contract test that must notice. */
  readonly test: string;
}

const MUTATIONS: readonly Mutation[] = [
  {
    rule: 'of files of one name the newest is served',
    file: 'storage/store.ts',
    from: 'WHERE package_id = ? AND file_name = ? ORDER BY id DESC LIMIT 1',
    to: 'WHERE package_id = ? AND file_name = ? ORDER BY id LIMIT 1',
    test: 'upload',
  },
  {
    rule: 'names with folders are stored percent-encoded',
    file: 'packages/names.ts',
    from: 'encodeWord(`${path}/${file}`)',
    to: '`${path}/${file}`',
    test: 'upload',
  },
  {
    rule: 'no version has two dots in a row',
    file: 'packages/names.ts',
    from: "VERSION.test(version) && !version.includes('..')",
    to: 'VERSION.test(version)',
    test: 'upload',
  },
  {
    rule: 'select=package_file is answered 200',
    file: 'packages/upload.ts',
    from: 'sendJson(call, 200, rawFileRecord(file, upload.project))',
    to: 'sendJson(call, 201, rawFileRecord(file, upload.project))',
    test: 'upload',
  },
  {
    rule: 'a file above the limit is refused',
    file: 'packages/upload.ts',
    from: 'if (incoming.tooLarge)',
    to: 'if (false)',
    test: 'settings',
  },
  {
    rule: 'the exception is the other way round where duplicates are allowed',
    file: 'packages/upload.ts',
    from: '!(matches && profile.exceptionInverts)',
    to: 'true',
    test: 'settings',
  },
  {
    rule: 'a role below developer does not upload',
    file: 'access/permissions.ts',
    from: 'return levelIn(project, caller) >= LEVELS.developer;\n}\n\n/** May the caller delete',
    to: 'return levelIn(project, caller) >= LEVELS.reporter;\n}\n\n/** May the caller delete',
    test: 'auth',
  },
  {
    rule: 'only maintainers delete',
    file: 'access/permissions.ts',
    from: 'project.packagesEnabled && levelIn(project, caller) >= LEVELS.maintainer',
    to: 'project.packagesEnabled && levelIn(project, caller) >= LEVELS.developer',
    test: 'packages-api',
  },
  {
    rule: 'a job token reaches its own project and allowlists only',
    file: 'access/permissions.ts',
    from: 'return token.project === project.id || token.allowlist.includes(project.id);',
    to: 'return true;',
    test: 'auth',
  },
  {
    rule: 'a protection rule keeps who is below it from pushing',
    file: 'access/permissions.ts',
    from: 'level < PROTECTION_LEVELS[needed]',
    to: 'level > PROTECTION_LEVELS[needed]',
    test: 'settings',
  },
  {
    rule: 'an unknown deploy token counts as nobody',
    file: 'access/auth.ts',
    from: "credential.form === 'Basic' || credential.form === 'DEPLOY-TOKEN'",
    to: "credential.form === 'Basic'",
    test: 'auth',
  },
  {
    rule: 'a bad password beside a good token falls through',
    file: 'access/auth.ts',
    from: "credential.form === 'DEPLOY-TOKEN')) continue;",
    to: "credential.form === 'DEPLOY-TOKEN')) return undefined;",
    test: 'other-clients',
  },
  {
    rule: 'scopes count',
    file: 'access/auth.ts',
    from: 'if (!rule.scopes.some((scope) => token.scopes.includes(scope)))',
    to: 'if (false)',
    test: 'auth',
  },
  {
    rule: 'job tokens reach no variables',
    file: 'access/auth.ts',
    from: 'variablesRead: { ...NOTHING, job: false',
    to: 'variablesRead: { ...NOTHING, job: true',
    test: 'variable-rights',
  },
  {
    rule: 'the Link header says the scheme of the proxy before',
    file: 'wire/call.ts',
    from: '/^https?$/i.test(proto.trim())',
    to: 'false',
    test: 'other-clients',
  },
  {
    rule: 'a page has 100 items at most',
    file: 'wire/pagination.ts',
    from: 'const MAX_PER_PAGE = 100;',
    to: 'const MAX_PER_PAGE = 1000;',
    test: 'packages-api',
  },
  {
    rule: 'the object store refuses Authorization',
    file: 'storage/objects.ts',
    from: 'request.headers.authorization !== undefined || ',
    to: '',
    test: 'storage',
  },
  {
    rule: 'an address of the object store expires',
    file: 'storage/object-urls.ts',
    from: "if (!(clock() < expires)) return 'AccessDenied';",
    to: '',
    test: 'storage',
  },
  {
    rule: 'a throttle stops',
    file: 'wire/throttle.ts',
    from: 'if (entry.count <= throttle.requests) return headers;',
    to: 'return headers;',
    test: 'throttle',
  },
  {
    rule: 'a release needs a ref where its tag is missing',
    file: 'releases/release-changes.ts',
    from: "if (ref === undefined) throw refused(422, 'Ref is not specified');",
    to: "if (ref === undefined) throw refused(400, 'Ref is not specified');",
    test: 'releases',
  },
  {
    rule: 'a path of a link is unique in its release',
    file: 'releases/link-rules.ts',
    from: "const UNIQUE = ['name', 'url', 'filepath'] as const;",
    to: "const UNIQUE = ['name', 'url'] as const;",
    test: 'release-links',
  },
];

let copy: string;
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'generic-packages-mutations-'));
  await mkdir(join(copy, 'test'));
  for (const path of ['src', 'test/contract', 'jest.config.js', 'package.json', 'tsconfig.json'])
    await cp(join(ROOT, path), join(copy, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** The exit code of the contract tests of these names, in the copy, and what they said. */
async function contract(...names: readonly string[]): Promise<{ code: number | null; said: string }> {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const files = [...new Set(names)].map((name) => `test/contract/${name}.test.ts`);
  const args = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, '--rootDir', copy];
  const child = spawn(process.execPath, [...args, '--maxWorkers=1', '--bail', ...files], {
    cwd: copy,
    env: { PATH: process.env.PATH ?? '', TMPDIR: copy },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, stderr } = await endOf(child);
  return { code, said: stderr };
}

test('unbroken, all of these tests pass', async () => {
  const { code, said } = await contract(...MUTATIONS.map((mutation) => mutation.test));
  expect([code, code === 0 ? '' : said]).toEqual([0, '']);
});

test.each(MUTATIONS)('$rule', async ({ file, from, to, test: name }) => {
  const path = join(copy, 'src', 'registry', file);
  const text = await readFile(path, 'utf8');
  expect(text.split(from)).toHaveLength(2);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  const { code, said } = await contract(name);
  await writeFile(path, text);

  // A case of the contract failed: the copy itself still runs.
  expect([code, /Tests: .*\d+ failed/.test(said), said.includes('Test suite failed to run')]).toEqual([1, true, false]);
});
