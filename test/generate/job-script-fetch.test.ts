/** The script line of a component on its way to the program: redirects, authorities, where the token goes. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jobScript } from '../../src/generate/job-script.ts';
import { inFolder } from '../support/tree.ts';
import { LOOPBACK } from '../support/certificates.ts';
import { closeAll, giveProgram, makeJob, PROGRAM_PATH, put, RELEASE, runScript, serve } from './sample-job.ts';

const SCRIPT = jobScript(RELEASE);

afterEach(closeAll);

describe('a redirect', () => {
  it('to object storage is followed without any credential', async () => {
    await inFolder(async (root) => {
      const storage = await serve(giveProgram);
      const api = await serve((_request, response) =>
        response.writeHead(302, { location: `${storage.url}/bucket/file?signature=secret` }).end(),
      );
      const job = await makeJob(root, api.url);

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
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

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} redirects to ${api.url}${PROGRAM_PATH}, which is not followed.\n`,
      );
      expect(api.seen).toHaveLength(6);
    });
  });

  it('to an inner address from a server that has none is refused before a request', async () => {
    await inFolder(async (root) => {
      const inner = await serve(giveProgram);
      const api = await serve((_request, response) => response.writeHead(302, { location: inner.url }).end());
      // A name that is asked for has another machine's address; the connection comes here all the same.
      const names = join(root, 'names.cjs');
      await put(
        names,
        `const dns = require('dns'), { lookup } = dns, promised = dns.promises.lookup;
         dns.lookup = (name, ...rest) => lookup(name === 'gitlab.test' ? '127.0.0.1' : name, ...rest);
         dns.promises.lookup = async (name, options) =>
           name === 'gitlab.test' ? [{ address: '203.0.113.7', family: 4 }] : promised(name, options);`,
      );
      const url = api.url.replace('127.0.0.1', 'gitlab.test');
      const job = await makeJob(root, url, { GENERIC_PACKAGES_ALLOW_HTTP: 'true', NODE_OPTIONS: `--require ${names}` });

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(`redirects to ${inner.url}/, which is not followed.`);
      expect(api.seen).toHaveLength(1);
      expect(inner.seen).toEqual([]);
    });
  });

  it('from https to http is refused before a request', async () => {
    await inFolder(async (root) => {
      const plain = await serve(giveProgram);
      const api = await serve((_request, response) => response.writeHead(302, { location: plain.url }).end(), 'https');
      const job = await makeJob(root, api.url, { CI_SERVER_TLS_CA_FILE: join(root, 'ca.pem') });
      await put(join(root, 'ca.pem'), LOOPBACK.cert);

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain(`redirects to ${plain.url}/, which is not followed.`);
      expect(plain.seen).toEqual([]);
    });
  });
});

describe('a private authority', () => {
  const READY = [
    'CI_SERVER_TLS_CA_FILE',
    'GENERIC_PACKAGES_INPUT_CA_FILE',
    'GENERIC_PACKAGES_CA_FILE',
    'NODE_EXTRA_CA_CERTS',
  ];

  it.each(READY)('is trusted when %s names its file', async (variable) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram, 'https');
      const job = await makeJob(root, api.url, { [variable]: join(root, 'ca.pem') });
      await put(join(root, 'ca.pem'), LOOPBACK.cert);

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('is trusted when `ca-file` is its text', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram, 'https');
      const job = await makeJob(root, api.url, { GENERIC_PACKAGES_INPUT_CA_FILE: LOOPBACK.cert });

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
    });
  });

  it('is asked for when nothing names it, and no token goes out', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram, 'https');
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/cannot be read \(\w*(CERT|SIGNATURE)\w*\)\. See program, ca-file, HTTPS_PROXY/);
      expect(api.seen).toEqual([]);
    });
  });
});
