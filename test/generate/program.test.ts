/** The script line of a component: what it fetches, where the token goes, what it runs and what it refuses. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runLine } from '../../src/generate/program.ts';
import { inFolder } from '../support/tree.ts';
import { AUTHORITY } from './certificate.ts';
import {
  closeAll,
  giveProgram,
  leftovers,
  makeJob,
  PROGRAM,
  PROGRAM_PATH,
  put,
  RELEASE,
  runScript,
  serve,
  sha256,
  shells,
  startedWith,
} from './sample-job.ts';

const LINE = runLine('publish', RELEASE);

afterEach(closeAll);

describe('the line', () => {
  it('holds nothing that a shell, or an echo in double quotes, would take for its own', () => {
    const [, code = ''] = /^node -e '(.*)'$/s.exec(LINE) ?? [];

    expect(code).not.toBe('');
    expect(code).not.toMatch(/['"`$\\\r\n]/);
  });

  it.each(shells())('runs the verb with the released program in %s', async (...shell) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_FILES: 'dist/**',
        GENERIC_PACKAGES_INPUT_PROGRAM: '',
        GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: RELEASE.project,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: '',
      });

      const ended = await runScript(job, [LINE], shell);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const started = startedWith(ended);
      expect(started.args).toEqual(['publish']);
      expect(started.inputs).toEqual(['GENERIC_PACKAGES_INPUT_FILES']);
      expect(dirname(dirname(started.file))).toBe(job.temporary);
      expect(started.modes).toEqual(['700', '600']);
      expect(await leftovers(job)).toEqual([]);
      expect(api.seen.map(({ path, headers }) => [path, headers['job-token']])).toEqual([[PROGRAM_PATH, 'job-secret']]);
    });
  });

  it('ends as the program ends, and leaves no file then either', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { SAMPLE_EXIT: '3' });

      expect(await runScript(job, [LINE])).toMatchObject({ code: 3, stderr: '' });
      expect(await leftovers(job)).toEqual([]);
    });
  });

  it('stays outside the project, also when temporary files are to lie in it', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { TMPDIR: join(root, 'project', 'tmp') });

      const ended = await runScript(job, ['mkdir tmp', LINE]);

      expect(dirname(dirname(startedWith(ended).file))).toBe(root);
    });
  });
});

describe('what is not the released program', () => {
  it('is not run, and both SHA-256 are named', async () => {
    await inFolder(async (root) => {
      const other = `${PROGRAM}console.log('evil');`;
      const api = await serve((_request, response) => response.end(other));
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} has SHA-256 ${sha256(other)}, expected ${RELEASE.sha256}. ` +
          'Nothing of it was run. Publish version 1.2.3 of the program there as it was released.\n',
      );
      expect(await leftovers(job)).toEqual([]);
    });
  });

  it.each([
    { what: 'a project that does not let this one in', status: 404 },
    { what: 'a token that is refused', status: 401 },
  ])('$what: one line says what was asked and what to do', async ({ status }) => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => response.writeHead(status).end('{"message":"no"}'));
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} answered ${status}. Let tools/generic-packages allow the job tokens ` +
          'of this project, or mirror it on this instance and name the mirror with program-project.\n',
      );
      expect(api.seen).toHaveLength(1);
    });
  });

  it('a server that is down for a moment is asked again', async () => {
    await inFolder(async (root) => {
      let asked = 0;
      const api = await serve((request, response) => {
        asked += 1;
        if (asked === 1) response.writeHead(503).end();
        else giveProgram(request, response);
      });
      const job = await makeJob(root, api.url);

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
      expect(asked).toBe(2);
    });
  });
});

describe('a redirect', () => {
  it('to object storage is followed without any credential', async () => {
    await inFolder(async (root) => {
      const storage = await serve(giveProgram);
      const api = await serve((_request, response) =>
        response.writeHead(302, { location: `${storage.url}/bucket/file?signature=secret` }).end(),
      );
      const job = await makeJob(root, api.url);

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
      const [{ path, headers } = { path: '', headers: {} }] = storage.seen;
      expect(path).toBe('/bucket/file?signature=secret');
      expect(JSON.stringify(headers)).not.toContain('job-secret');
    });
  });

  it('without end is given up, and its query is not shown', async () => {
    await inFolder(async (root) => {
      const api = await serve((request, response) =>
        response.writeHead(302, { location: `${request.url ?? ''}?again=secret` }).end(),
      );
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(`generic-packages: ${api.url}${PROGRAM_PATH} was redirected more than 5 times.\n`);
      expect(api.seen).toHaveLength(6);
    });
  });

  it('from https to http is refused before a request', async () => {
    await inFolder(async (root) => {
      const plain = await serve(giveProgram);
      const api = await serve((_request, response) => response.writeHead(302, { location: plain.url }).end(), 'https');
      const job = await makeJob(root, api.url, { CI_SERVER_TLS_CA_FILE: join(root, 'ca.pem') });
      await put(join(root, 'ca.pem'), AUTHORITY);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(`redirects from https to ${plain.url}/.`);
      expect(plain.seen).toEqual([]);
    });
  });
});

describe('a private authority', () => {
  const READY = ['CI_SERVER_TLS_CA_FILE', 'GENERIC_PACKAGES_INPUT_CA_FILE', 'GENERIC_PACKAGES_CA_FILE', 'NODE_EXTRA_CA_CERTS'];

  it.each(READY)('is trusted when %s names its file', async (variable) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram, 'https');
      const job = await makeJob(root, api.url, { [variable]: join(root, 'ca.pem') });
      await put(join(root, 'ca.pem'), AUTHORITY);

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('is trusted when `ca-file` is its text', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram, 'https');
      const job = await makeJob(root, api.url, { GENERIC_PACKAGES_INPUT_CA_FILE: AUTHORITY });

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('is asked for when nothing names it, and no token goes out', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram, 'https');
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/could not be fetched: \w*(CERT|SIGNATURE)\w*\. A private authority goes into ca-file/);
      expect(api.seen).toEqual([]);
    });
  });
});

describe('before any request, with exit code 2', () => {
  it.each([
    {
      name: 'plain http to another machine is refused',
      env: { CI_API_V4_URL: 'http://gitlab.invalid/api/v4', CI_SERVER_URL: 'http://gitlab.invalid' },
      words: 'is plain http. Use https, or the input allow-http.',
    },
    {
      name: 'an API that is not on the server is refused',
      env: { CI_SERVER_URL: 'https://gitlab.invalid' },
      words: 'CI_API_V4_URL is not on the server of CI_SERVER_URL.',
    },
    { name: 'a place that is no GitLab job is told', env: { CI_API_V4_URL: '' }, words: 'CI_API_V4_URL is not set.' },
    {
      name: 'a program of one’s own needs its SHA-256',
      env: { GENERIC_PACKAGES_INPUT_PROGRAM: 'https://files.invalid/tool.js' },
      words: 'the input program needs program-sha256',
    },
  ])('$name', async ({ env, words }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, env);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(words);
      expect(api.seen).toEqual([]);
    });
  });

  it('an old Node is told which one is needed', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const old = join(root, 'old.cjs');
      await put(
        old,
        "Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } }); Object.defineProperty(process, 'version', { value: 'v18.20.1' });",
      );
      const job = await makeJob(root, api.url, { NODE_OPTIONS: `--require ${old}` });

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toBe(
        'generic-packages: Node 24 or newer is needed, this is v18.20.1. Choose an image that has it, such as node:24-alpine.\n',
      );
      expect(api.seen).toEqual([]);
    });
  });
});

describe('where the program comes from', () => {
  it.each([
    { name: 'the input', env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: 'mirror/tools' }, project: 'mirror%2Ftools' },
    { name: 'a numeric id', env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: '99' }, project: '99' },
    {
      name: "the administrator's variable, where the input has its default",
      env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: RELEASE.project, GENERIC_PACKAGES_PROGRAM_PROJECT: 'mirror/all' },
      project: 'mirror%2Fall',
    },
    {
      name: "the input, where it says something else than the administrator's variable",
      env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: 'mirror/tools', GENERIC_PACKAGES_PROGRAM_PROJECT: 'mirror/all' },
      project: 'mirror%2Ftools',
    },
  ])('is the project of $name', async ({ env, project }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, env);

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
      expect(api.seen.map(({ path }) => path)).toEqual([PROGRAM_PATH.replace('tools%2Fgeneric-packages', project)]);
    });
  });

  it.each([
    { name: 'path', env: { CI_PROJECT_PATH: RELEASE.project } },
    { name: 'id', env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: '7' } },
  ])('is the working copy in that project itself, known by its $name', async ({ env }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, env);
      await put(join(job.project, 'dist/cli/index.js'), PROGRAM.replace('{ args', '{ own: true, args'));

      const ended = await runScript(job, [LINE]);

      expect(JSON.parse(ended.stdout)).toMatchObject({ own: true, args: ['publish'] });
      expect(api.seen).toEqual([]);
    });
  });

  it('is told when the working copy has none', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { CI_PROJECT_PATH: RELEASE.project });

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stderr: 'generic-packages: dist/cli/index.js is not in the working copy.\n' });
    });
  });

  it.each([
    { name: 'right', sum: RELEASE.sha256.toUpperCase(), code: 0 },
    { name: 'wrong', sum: '0'.repeat(64), code: 1 },
  ])('may be a path, whose SHA-256 is $name', async ({ sum, code }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_PROGRAM: 'vendor/tool.js',
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: sum,
      });
      await put(join(job.project, 'vendor/tool.js'), PROGRAM);

      expect(await runScript(job, [LINE])).toMatchObject({ code });
      expect(existsSync(join(job.project, 'vendor/tool.js'))).toBe(true);
      expect(api.seen).toEqual([]);
    });
  });

  it('may be a URL elsewhere, which gets no token and whose query is not shown', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const elsewhere = await serve((_request, response) => response.writeHead(403).end());
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_PROGRAM: `${elsewhere.url}/tool.js?key=secret`,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: RELEASE.sha256,
      });

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({
        code: 1,
        stderr: `generic-packages: ${elsewhere.url}/tool.js answered 403. The input program names it.\n`,
      });
      expect(elsewhere.seen.map(({ path }) => path)).toEqual(['/tool.js?key=secret']);
      expect(JSON.stringify(elsewhere.seen)).not.toContain('job-secret');
      expect(api.seen).toEqual([]);
    });
  });

  it('may be a URL on this instance, which gets the token', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_PROGRAM: `${api.url}/api/v4/projects/3/packages/generic/x/1/tool.js`,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: RELEASE.sha256,
      });

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
      expect(api.seen.map(({ headers }) => headers['job-token'])).toEqual(['job-secret']);
    });
  });
});
