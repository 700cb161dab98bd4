/** The script line of a component: what it runs, what it refuses, and what it says then. */
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jobScript } from '../../src/generate/job-script.ts';
import { inFolder } from '../support/tree.ts';
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

const SCRIPT = jobScript(RELEASE);

afterEach(closeAll);

describe('the script', () => {
  it('can be read: a comment, lines of no great length, the SHA-256 alone on one of them, and no encoded text', () => {
    const lines = SCRIPT.split('\n');

    expect(lines[0]).toBe('# generic-packages 1.2.3: fetches its one file, checks the SHA-256 below, runs it');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(SCRIPT.length).toBeLessThanOrEqual(5000);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(lines).toContain(RELEASE.sha256);
    expect(SCRIPT).not.toMatch(/%[0-9A-F]{2}|\\x|fromCharCode|base64|eval/);
    expect(SCRIPT).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('holds nothing between its quotes that sh or PowerShell would take for its own', () => {
    const [, code = ''] = /^#.*\nnode -e '(.*)'$/s.exec(SCRIPT) ?? [];

    expect(code).not.toBe('');
    expect(code).not.toMatch(/['"$\\\r]/);
    // A quote of PowerShell's may be curled, and its comment begins in the comment's line.
    expect(SCRIPT.split('\n')[0]).not.toMatch(/['"`$\u2018\u2019\u201c\u201d]/);
  });

  it.each(shells())('runs the command with the released program in %s', async (...shell) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_FILES: 'dist/**',
        GENERIC_PACKAGES_INPUT_PROGRAM: '',
        GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: RELEASE.project,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: '',
      });

      const ended = await runScript(job, [SCRIPT], shell);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const started = startedWith(ended);
      expect(started.args).toEqual(['publish']);
      expect(dirname(dirname(started.file))).toBe(job.temporary);
      expect(started.modes).toEqual(['700', '600']);
      expect(api.seen.map(({ path, headers }) => [path, headers['job-token']])).toEqual([[PROGRAM_PATH, 'job-secret']]);
    });
  });

  it('ends as the program ends', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { SAMPLE_EXIT: '3' });

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 3, stderr: '' });
    });
  });
});

describe('what is not the released program', () => {
  it('is not run, and both SHA-256 are named', async () => {
    await inFolder(async (root) => {
      const other = `${PROGRAM}console.log('evil');`;
      const api = await serve((_request, response) => response.end(other));
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} has SHA-256 ${sha256(other)}, expected ${RELEASE.sha256}. ` +
          'Nothing of it was run.\n',
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

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} cannot be read (answered ${status}). Let tools/generic-packages ` +
          'allow job tokens of this project, or set program-project to a mirror.\n',
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

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
      expect(asked).toBe(2);
    });
  });
});

describe('the job token', () => {
  it('goes to no API that is not on the server', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { CI_SERVER_URL: 'https://gitlab.invalid' });

      await runScript(job, [SCRIPT]);

      expect(api.seen.map(({ headers }) => headers['job-token'])).toEqual([undefined]);
    });
  });
});

describe('a transfer', () => {
  it('that was spoiled is tried again', async () => {
    await inFolder(async (root) => {
      let asked = 0;
      const api = await serve((request, response) => {
        asked += 1;
        if (asked === 1) response.end(`${PROGRAM} `);
        else giveProgram(request, response);
      });
      const job = await makeJob(root, api.url);

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
      expect(asked).toBe(2);
    });
  });

  it('that goes on without end is given up', async () => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(2 ** 20)));
        };
        response.on('drain', more);
        more();
      });
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain('cannot be read (too long)');
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

      const ended = await runScript(job, [SCRIPT]);

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

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toBe('generic-packages: Node 24 is needed, not v18.20.1: use node:24-alpine\n');
      expect(api.seen).toEqual([]);
    });
  });
});
