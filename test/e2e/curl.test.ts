/** GitLab's own documentation speaks curl: what it shows, and what people do with curl, works. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Gitlab, startGitlab } from '../contract/instance.ts';

const CONTENTS = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => (index * 31) % 256));

let folder: string;
let gitlab: Gitlab;
let generic: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curl-'));
  await writeFile(join(folder, 'file.bin'), CONTENTS);
  gitlab = await startGitlab();
  generic = `${gitlab.registry.apiUrl}/projects/42/packages/generic/pkg/1.0.0`;
});
afterAll(async () => {
  await gitlab.close();
  await rm(folder, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function curl(args: readonly string[], input?: Buffer): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn('curl', ['--silent', '--show-error', ...args], { cwd: folder });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

const stored = async (name: string): Promise<Buffer> => (await gitlab.get(`pkg/1.0.0/${name}`)).body;

test('--upload-file waits for 100 and sends', async () => {
  const ran = await curl([
    '--verbose',
    '--header',
    'PRIVATE-TOKEN: glpat-developer',
    '--upload-file',
    'file.bin',
    `${generic}/a.bin`,
  ]);
  expect([ran.code, ran.output]).toEqual([0, '{"message":"201 Created"}']);
  expect(ran.errors).toContain('HTTP/1.1 100 Continue');
  expect((await stored('a.bin')).equals(CONTENTS)).toBe(true);
});

test('a refused upload is not sent at all', async () => {
  const format = '%{http_code} %{size_upload}';
  const ran = await curl([
    '-o',
    'out',
    '-w',
    format,
    '--header',
    'JOB-TOKEN: wrong',
    '--upload-file',
    'file.bin',
    `${generic}/b.bin`,
  ]);
  expect([ran.code, ran.output]).toEqual([0, '401 0']);
});

test('a refused upload that does not wait still gets its answer', async () => {
  const ran = await curl([
    '-w',
    '%{http_code}',
    '-o',
    'out',
    '-H',
    'Expect:',
    '-H',
    'JOB-TOKEN: wrong',
    '-T',
    'file.bin',
    `${generic}/b.bin`,
  ]);
  expect(ran.output).toBe('401');
});

test('-T - sends chunks from standard input', async () => {
  const ran = await curl(['--header', 'DEPLOY-TOKEN: gldt-writer', '-T', '-', `${generic}/c.bin`], CONTENTS);
  expect([ran.code, ran.output]).toEqual([0, '{"message":"201 Created"}']);
  expect((await stored('c.bin')).equals(CONTENTS)).toBe(true);
});

test('-X PUT --data-binary and --user work as documented', async () => {
  const ran = await curl([
    '--user',
    'me:glpat-developer',
    '-X',
    'PUT',
    '--data-binary',
    '@file.bin',
    `${generic}/d.bin?select=package_file`,
  ]);
  expect(JSON.parse(ran.output)).toMatchObject({ file_name: 'd.bin', size: CONTENTS.length });
});

test('-C - resumes a download', async () => {
  await gitlab.put('pkg/1.0.0/e.bin', CONTENTS);
  await writeFile(join(folder, 'e.bin'), CONTENTS.subarray(0, 1_000_000));
  const ran = await curl(['-C', '-', '-O', '--header', 'JOB-TOKEN: glcbt-64_job', `${generic}/e.bin`]);
  expect(ran.code).toBe(0);
  expect((await readFile(join(folder, 'e.bin'))).equals(CONTENTS)).toBe(true);
});

test('-I and --fail see what is there and what is not', async () => {
  await gitlab.put('pkg/1.0.0/f.bin', CONTENTS);
  const head = await curl(['-I', '--header', 'JOB-TOKEN: glcbt-64_job', `${generic}/f.bin`]);
  expect(head.output).toContain(`Content-Length: ${CONTENTS.length}`);
  const missing = await curl(['--fail', '--header', 'JOB-TOKEN: glcbt-64_job', `${generic}/missing`]);
  expect(missing.code).toBe(22);
});

test('many at once over one process', async () => {
  const parts = Array.from({ length: 20 }, (_, index) => ['-T', 'file.bin', `${generic}/many${index}.bin`]).flat();
  const ran = await curl(['-Z', '--parallel-max', '10', '--header', 'PRIVATE-TOKEN: glpat-developer', ...parts]);
  expect(ran.code).toBe(0);
  expect(ran.output.match(/201 Created/g)).toHaveLength(20);
  expect((await stored('many19.bin')).equals(CONTENTS)).toBe(true);
});
