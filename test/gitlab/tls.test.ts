/** Servers with an authority of their own, and redirects between http and https. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import https from 'node:https';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Failure } from '../../src/core/errors.ts';
import { createClient } from '../../src/gitlab/http/client.ts';
import { clientCertificateIn } from '../../src/gitlab/http/connections/trust.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { ELSEWHERE, LOOPBACK, type Certificate } from '../support/certificates.ts';
import { bodyOf, clientOf, closeAll, failureOf, opening, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

const own = LOOPBACK;
const run = promisify(execFile);

async function serveTls(
  listener: RequestListener,
  certificate: Certificate & https.ServerOptions = own,
): Promise<Loopback> {
  const host = await serve(listener, '127.0.0.1', (heard) => https.createServer(certificate, heard as RequestListener));
  const origin = `https://127.0.0.1:${host.port}`;
  return { ...host, origin, api: new URL(`${origin}/api/v4`) };
}

const answering: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => {
    sendJson(response, 200, { id: 1 });
  });
};

describe('a server with its own authority', () => {
  test('is trusted with ca-file, for calls, uploads and downloads, over kept connections', async () => {
    const host = await serveTls(answering);
    const { client } = clientOf(host.api, { ca: own.cert, concurrency: 1 });
    const bytes = Buffer.alloc(3_000_000, 'x');

    await client.json('GET', '/x');
    const sent = await client.putFile(new URL(`${host.origin}/f`), { open: opening(bytes), size: bytes.length });
    const file = await client.getFile(new URL(`${host.origin}/f`));

    expect(sent.status).toBe(200);
    expect((await bodyOf(file.body)).toString()).toBe('{"id":1}');
    expect(host.connections()).toBe(1);
  });

  test('is not trusted without it; the error names the input, and nothing was sent', async () => {
    const host = await serveTls(answering);
    const { client } = clientOf(host.api);

    const call = (await failureOf(client.json('GET', '/x'))) as Failure;
    const upload = await failureOf(
      client.putFile(new URL(`${host.origin}/f`), { open: opening(Buffer.from('a')), size: 1 }),
    );
    const file = await failureOf(client.getFile(new URL(`${host.origin}/f`)));

    expect(call).toMatchObject({ code: 'network', retryable: false });
    expect(call.hint).toContain('ca-file');
    expect(upload).toMatchObject({ code: 'network', retryable: false });
    expect(file).toMatchObject({ code: 'network', retryable: false });
    expect(host.seen).toEqual([]);
  });

  test.each([
    ['without ca-file', undefined],
    ['with another authority', ELSEWHERE.cert],
  ])('is not trusted %s even with NODE_TLS_REJECT_UNAUTHORIZED=0', async (_, ca) => {
    const host = await serveTls(answering);
    const program = join(import.meta.dirname, 'one-call.ts');

    const { stdout } = await run(process.execPath, [program, host.api.href, ...(ca === undefined ? [] : [ca])], {
      env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });

    expect(JSON.parse(stdout)).toMatchObject({ code: 'network', hint: expect.stringContaining('ca-file') as unknown });
    expect(host.seen).toEqual([]);
  });

  test('is trusted where the store of the system has it, whatever SSL_CERT_FILE names', async () => {
    const host = await serveTls(answering);
    const program = join(import.meta.dirname, 'one-call.ts');

    await inFolder(async (folder) => {
      await writeFiles(folder, { 'store/own.pem': own.cert });
      const env = { ...process.env, SSL_CERT_DIR: join(folder, 'store'), SSL_CERT_FILE: join(folder, 'nowhere') };
      const { stdout } = await run(process.execPath, [program, host.api.href], { env });
      expect(JSON.parse(stdout)).toMatchObject({ status: 200 });
    });
  });

  test('is not trusted under a name that its certificate lacks', async () => {
    const other = ELSEWHERE;
    const host = await serveTls(answering, other);

    const thrown = (await failureOf(clientOf(host.api, { ca: other.cert }).client.json('GET', '/x'))) as Failure;

    expect(thrown).toMatchObject({ code: 'network' });
    expect(thrown.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(host.seen).toEqual([]);
  });
});

test.each([
  ['empty', ''],
  ['a path', '/etc/ssl/ca.pem'],
  ['a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ['one good and one broken certificate', `${own.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`],
  ['a key', own.key],
])('ca-file that is %s is refused before any request', (_, ca) => {
  const make = (): unknown =>
    createClient({
      api: new URL('https://127.0.0.1/api/v4'),
      credential: undefined,
      userAgent: 'x',
      concurrency: 1,
      retries: 0,
      timeoutMs: 1000,
      signal: new AbortController().signal,
      ca,
    });

  expect(make).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining('ca-file') as unknown }),
  );
});

describe('a server that asks for a certificate of its client', () => {
  const asking = { ...own, requestCert: true, rejectUnauthorized: true, ca: ELSEWHERE.cert };

  test('is shown the one that was given', async () => {
    const host = await serveTls(answering, asking);
    const { client } = clientOf(host.api, { ca: own.cert, clientCertificate: ELSEWHERE });

    expect((await client.json('GET', '/x')).data).toEqual({ id: 1 });
    const file = await client.getFile(new URL(`${host.origin}/f`));
    expect((await bodyOf(file.body)).toString()).toBe('{"id":1}');
  });

  test('refuses without one, and the error names the input', async () => {
    const host = await serveTls(answering, asking);

    const thrown = (await failureOf(clientOf(host.api, { ca: own.cert }).client.json('GET', '/x'))) as Failure;

    expect(thrown).toMatchObject({ code: 'network', retryable: false });
    expect(thrown.hint).toContain('client-certificate');
    expect(host.seen).toEqual([]);
  });

  test('sees none where it is another one than that of api-url', async () => {
    const shown: unknown[] = [];
    const store = await serveTls(
      (request, response) => {
        shown.push(request.socket instanceof TLSSocket && request.socket.getPeerCertificate());
        response.end('bytes');
      },
      { ...asking, rejectUnauthorized: false },
    );
    const host = await serveTls((_, response) => {
      response.writeHead(302, { Location: `${store.origin}/f` }).end();
    }, asking);

    const { client } = clientOf(host.api, { ca: own.cert, clientCertificate: ELSEWHERE });
    await bodyOf((await client.getFile(new URL(`${host.api.href}/f`))).body);

    expect(shown).toEqual([{}]);
  });
});

describe('a client certificate', () => {
  const encrypted = createPrivateKey(own.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 's3cret',
  });

  test('is certificate and key out of one text, in any order', () => {
    const { cert, key } = clientCertificateIn(`a comment\n${own.key}${own.cert}${ELSEWHERE.cert}`);
    expect([cert.match(/BEGIN CERTIFICATE/g)?.length, key.trim()]).toEqual([2, own.key.trim()]);
  });

  test.each([
    ['an encrypted key', `${own.cert}${String(encrypted)}`, 'an encrypted key'],
    [
      'an encrypted key of old',
      `${own.cert}-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n`,
      'an encrypted key',
    ],
    ['no key', own.cert, 'no private key'],
    ['no certificate', own.key, 'no certificate'],
    ['the key of another', `${own.cert}${ELSEWHERE.key}`, 'a key of another certificate'],
    ['a broken key', `${own.cert}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----`, 'cannot be read'],
    ['nothing', '', 'no certificate'],
  ])('with %s is refused, and nothing of it is repeated', (_, pem, says) => {
    let thrown: Failure | undefined;
    try {
      clientCertificateIn(pem);
    } catch (error) {
      thrown = error as Failure;
    }
    expect(thrown).toMatchObject({ code: 'usage', message: expect.stringContaining(says) as unknown });
    expect(`${thrown?.message ?? ''}${thrown?.hint ?? ''}`).not.toMatch(/-----BEGIN|MIGH/);
  });
});

describe('redirects between schemes', () => {
  test('from https to http are followed with allow-http, without the credential', async () => {
    const plain = await serve((_, response) => response.end('bytes'));
    const host = await serveTls((_, response) => {
      response.writeHead(302, { Location: `${plain.origin}/f?sig=s3cret` }).end();
    });
    const { client } = clientOf(host.api, { ca: own.cert, allowHttp: true });

    const file = await client.getFile(new URL(`${host.api.href}/f`));

    expect((await bodyOf(file.body)).toString()).toBe('bytes');
    expect(plain.seen[0]?.headers).not.toHaveProperty('private-token');
  });

  test('from https to http are not followed', async () => {
    const plain = await serve((_, response) => response.end('bytes'));
    const host = await serveTls((_, response) => {
      response.writeHead(302, { Location: `${plain.origin}/f?sig=s3cret` }).end();
    });

    const thrown = (await failureOf(
      clientOf(host.api, { ca: own.cert }).client.getFile(new URL(`${host.api.href}/f`)),
    )) as Failure;

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect(thrown.message).toContain(`http://127.0.0.1:${plain.port}`);
    expect(thrown.message).not.toContain('s3cret');
    expect(plain.seen).toEqual([]);
  });

  test('from https to http are not followed on a later hop either', async () => {
    const plain = await serve((_, response) => response.end('bytes'));
    const store = await serveTls((_, response) => {
      response.writeHead(302, { Location: `${plain.origin}/f` }).end();
    });
    const host = await serveTls((_, response) => {
      response.writeHead(302, { Location: `${store.origin}/f` }).end();
    });

    await expect(
      clientOf(host.api, { ca: own.cert }).client.getFile(new URL(`${host.api.href}/f`)),
    ).rejects.toMatchObject({ code: 'protocol' });
    expect(plain.seen).toEqual([]);
  });

  test('from http to https are, with the same authorities and without the credential', async () => {
    const store = await serveTls((_, response) => response.end('bytes'));
    const host = await serve((_, response) => {
      response.writeHead(302, { Location: `${store.origin}/f` }).end();
    });

    const file = await clientOf(host.api, { ca: own.cert }).client.getFile(new URL(`${host.api.href}/f`));

    expect((await bodyOf(file.body)).toString()).toBe('bytes');
    expect(store.seen[0]?.headers).not.toHaveProperty('private-token');
  });
});

test('https to a port that speaks plain http says so', async () => {
  const host = await serve((_, response) => response.end());
  const { client } = clientOf(new URL(`https://127.0.0.1:${host.port}/api/v4`));

  const thrown = (await failureOf(client.json('GET', '/x'))) as Failure;

  expect(thrown).toMatchObject({ code: 'network', retryable: false });
  expect(thrown.message).toContain('TLS');
});
