/** Which addresses go through a proxy: `no_proxy` as curl and Go read it, and each setting for its own scheme. */
import { describe, expect, test } from '@jest/globals';
import { proxyFor } from '../../src/gitlab/http/connections/proxy.ts';

const settings = { http: 'http://proxy.test:1', https: 'http://proxy.test:2' };

function proxyOf(address: string, no?: string): string | undefined {
  return proxyFor(new URL(address), no === undefined ? settings : { ...settings, no })?.host;
}

describe('without no_proxy', () => {
  test.each([
    ['http://gitlab.corp.example/x', 'proxy.test:1'],
    ['https://gitlab.corp.example/x', 'proxy.test:2'],
    ['http://10.1.2.3/', 'proxy.test:1'],
    ['https://[fd00::1]/', 'proxy.test:2'],
    ['http://localhost:8080/', undefined],
    ['http://127.0.0.1/', undefined],
    ['https://[::1]/', undefined],
  ])('%s goes through %p', (address, proxy) => {
    expect(proxyOf(address)).toBe(proxy);
  });

  test('nothing goes through a proxy where none is set for its scheme', () => {
    expect(
      proxyFor(new URL('https://gitlab.corp.example'), { http: 'http://proxy.test:1', https: ' ' }),
    ).toBeUndefined();
  });
});

const GITLAB = 'https://gitlab.corp.example/api/v4';

test.each([
  ['*', GITLAB],
  ['other.example, *', GITLAB],
  ['gitlab.corp.example', GITLAB],
  ['GitLab.Corp.Example', GITLAB],
  ['gitlab.corp.example.', GITLAB],
  ['gitlab.corp.example', 'https://gitlab.corp.example./'],
  ['corp.example', GITLAB],
  ['.corp.example', GITLAB],
  ['.gitlab.corp.example', GITLAB],
  ['*.corp.example', GITLAB],
  ['gitlab.corp.example:443', GITLAB],
  ['corp.example:443', GITLAB],
  ['*.corp.example:443', GITLAB],
  ['gitlab.corp.example:8443', 'https://gitlab.corp.example:8443/'],
  ['gitlab.corp.example:80', 'http://gitlab.corp.example/'],
  ['other.example,gitlab.corp.example', GITLAB],
  ['other.example gitlab.corp.example', GITLAB],
  [' other.example ,\tgitlab.corp.example ', GITLAB],
  ['bücher.example', 'https://git.xn--bcher-kva.example/'],
  ['10.1.2.3', 'https://10.1.2.3/'],
  ['10.1.2.3:8443', 'https://10.1.2.3:8443/'],
  ['10.0.0.0/8', 'https://10.1.2.3/'],
  ['10.1.2.3/32', 'https://10.1.2.3/'],
  ['0.0.0.0/0', 'https://10.1.2.3/'],
  ['fd00::1', 'https://[fd00::1]/'],
  ['[fd00::1]', 'https://[fd00:0:0::1]/'],
  ['[fd00::1]:8443', 'https://[fd00::1]:8443/'],
  ['fd00::/8', 'https://[fd12::34]/'],
])('no_proxy %p exempts %s', (no, address) => {
  expect(proxyOf(address, no)).toBeUndefined();
});

test.each([
  ['', GITLAB],
  [',', GITLAB],
  ['.', GITLAB],
  ['*.', GITLAB],
  ['other.example', GITLAB],
  ['lab.corp.example', GITLAB],
  ['example.corp', GITLAB],
  ['*.gitlab.corp.example', GITLAB],
  ['git*.corp.example', GITLAB],
  ['gitlab.corp.example:80', GITLAB],
  ['corp.example:8443', GITLAB],
  ['10.1.2.3:443', 'https://10.1.2.3:8443/'],
  ['10.1.2.4', 'https://10.1.2.3/'],
  ['2.3', 'https://10.1.2.3/'],
  ['11.0.0.0/8', 'https://10.1.2.3/'],
  ['10.0.0.0/33', 'https://10.1.2.3/'],
  ['10.0.0.0/8', GITLAB],
  ['corp.example/8', GITLAB],
  ['fd00::/8', 'https://[fe12::34]/'],
  ['fd00::/129', 'https://[fd12::34]/'],
  ['[fd00::1]:80', 'https://[fd00::1]/'],
  ['[', GITLAB],
])('no_proxy %p does not exempt %s', (no, address) => {
  expect(proxyOf(address, no)).toBe('proxy.test:2');
});
