/** Redirects to addresses that mean this machine: followed only where GitLab itself is on this machine. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type dns from 'node:dns';
import type { Failure } from '../../src/core/errors.ts';
import { guardInnerAddresses, InnerAddressError } from '../../src/gitlab/http/connections/inner-address.ts';
import { openProxy } from '../support/between.ts';
import { bodyOf, clientOf, closeAll, failureOf, serve } from './loopback.ts';

afterEach(closeAll);

/** Resolves names as told, in the form that is asked for. */
function resolving(names: Readonly<Record<string, readonly string[]>>): typeof dns.lookup {
  return ((name: string, options: { all?: boolean }, done: (...found: unknown[]) => void) => {
    const found = (names[name] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (found.length === 0) done(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }));
    else if (options.all === true) done(null, found);
    else done(null, found[0]?.address, found[0]?.family);
  }) as unknown as typeof dns.lookup;
}

const NAMES = {
  'gitlab.test': ['10.0.0.1'],
  'here.test': ['127.0.1.1'],
  'inner.test': ['10.0.0.2', '127.0.0.1'],
  'mapped.test': ['::ffff:169.254.169.254'],
  'link.test': ['fe80::1'],
  'private.test': ['192.168.1.1', 'fd00::1'],
};

function lookUp(api: string, name: string, options: object, direct = true): Promise<unknown> {
  const { lookup } = guardInnerAddresses(new URL(api), () => direct, resolving(NAMES));
  return new Promise((resolve) => {
    lookup(name, options, (error, address) => {
      resolve(error ?? address);
    });
  });
}

describe('a name that a redirect leads to', () => {
  test.each([
    ['inner.test', '127.0.0.1'],
    ['mapped.test', '::ffff:169.254.169.254'],
    ['link.test', 'fe80::1'],
  ])('is refused where one of its addresses is inside: %s', async (name, address) => {
    const found = await lookUp('https://gitlab.test', name, { all: true });
    expect(found).toBeInstanceOf(InnerAddressError);
    expect(found).toMatchObject({ address });
  });

  test.each([
    ['https://gitlab.test', 'private.test'],
    ['https://127.0.0.1', 'inner.test'],
    ['https://localhost', 'link.test'],
    ['https://here.test', 'inner.test'],
  ])('is resolved for an API at %s: %s', async (api, name) => {
    expect(await lookUp(api, name, { all: true })).toHaveLength(NAMES[name as keyof typeof NAMES].length);
    expect(await lookUp(api, name, {})).toBe(NAMES[name as keyof typeof NAMES][0]);
  });

  test('is refused where the API is reached through a proxy, whatever its name is here', async () => {
    expect(await lookUp('https://here.test', 'inner.test', { all: true }, false)).toBeInstanceOf(InnerAddressError);
  });

  test('that is not known stays unknown', async () => {
    expect(await lookUp('https://gitlab.test', 'nowhere.test', { all: true })).toMatchObject({ code: 'ENOTFOUND' });
  });
});

describe('a redirect of a GitLab that is not on this machine', () => {
  test.each(['127.0.0.1', 'localhost', 'x.localhost', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '2130706433'])(
    'to %s is not followed',
    async (target) => {
      const inside = await serve((_, response) => response.end('secret'));
      const host = await serve((_, response) => {
        response.writeHead(302, { Location: `http://${target}:${inside.port}/f?sig=s3cret` }).end();
      });
      const proxy = await openProxy(host.port);
      const { client } = clientOf(new URL('http://gitlab.test/api/v4'), {
        proxy: { http: `http://127.0.0.1:${proxy.port}` },
      });

      const thrown = (await failureOf(client.getFile(new URL('http://gitlab.test/api/v4/f')))) as Failure;
      await proxy.close();

      expect(thrown).toMatchObject({ code: 'protocol', retryable: false });
      expect(thrown.message).toContain('is not followed');
      expect(`${thrown.message}${thrown.hint ?? ''}`).not.toContain('s3cret');
      expect(inside.seen).toEqual([]);
    },
  );

  test.each(['169.254.169.254', '[fe80::1]', '[::ffff:a9fe:a9fe]'])('to %s neither', async (target) => {
    const host = await serve((_, response) => {
      response.writeHead(302, { Location: `http://${target}/latest/meta-data` }).end();
    });
    const proxy = await openProxy(host.port);
    const settings = { http: `http://127.0.0.1:${proxy.port}` };
    const { client } = clientOf(new URL('http://gitlab.test/api/v4'), { proxy: settings });

    const thrown = await failureOf(client.getFile(new URL('http://gitlab.test/api/v4/f')));
    await proxy.close();

    expect(thrown).toMatchObject({ code: 'protocol' });
  });

  test('within its own origin is, wherever that is', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/api/v4/g') response.end('found');
      else response.writeHead(302, { Location: '/api/v4/g' }).end();
    });
    const file = await clientOf(host.api).client.getFile(new URL(`${host.api.href}/f`));
    expect((await bodyOf(file.body)).toString()).toBe('found');
  });
});
