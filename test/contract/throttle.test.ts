/** GitLab's rate limits, by the settings that an administrator has. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { ask } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

const NOON = Date.parse('2026-01-01T12:00:00Z');
let gitlab: Gitlab;
let now = NOON;
afterEach(() => gitlab.close());

async function start(name: string, requests: number, more: object = {}): Promise<void> {
  now = NOON;
  const settings = { [`${name}_enabled`]: true, [`${name}_requests_per_period`]: requests, ...more };
  gitlab = await startGitlab({ ...settings, [`${name}_period_in_seconds`]: 30 }, { clock: () => now });
}

describe('the throttle of packages', () => {
  test('says on each answer what is left, and then stops', async () => {
    await start('throttle_authenticated_packages_api', 2);
    now += 12_000;
    const first = await gitlab.put('pkg/1.0.0/f');
    expect([first.status, first.headers]).toMatchObject([
      201,
      {
        'ratelimit-limit': '4',
        'ratelimit-name': 'throttle_authenticated_packages_api',
        'ratelimit-observed': '1',
        'ratelimit-remaining': '1',
        'ratelimit-reset': String(NOON / 1000 + 30),
      },
    ]);
    expect((await gitlab.put('pkg/1.0.0/f')).headers['ratelimit-remaining']).toBe('0');
    const refused = await gitlab.put('pkg/1.0.0/f');
    expect([refused.status, refused.text]).toEqual([429, 'Retry later\n']);
    expect(refused.headers).toMatchObject({
      'content-type': 'text/plain',
      'retry-after': '18',
      'ratelimit-observed': '3',
      'ratelimit-resettime': new Date(NOON + 30_000).toUTCString(),
    });
    now += 18_000;
    expect((await gitlab.put('pkg/1.0.0/f')).status).toBe(201);
  });

  test('counts each user, and neither lists nor strangers', async () => {
    await start('throttle_authenticated_packages_api', 1);
    const statuses = [
      (await gitlab.put('pkg/1.0.0/f', 'x', DEVELOPER)).status,
      (await gitlab.put('pkg/1.0.0/f', 'x', MAINTAINER)).status,
      (await gitlab.put('pkg/1.0.0/f', 'x', DEVELOPER)).status,
      (await gitlab.api('GET', '/projects/42/packages', { headers: DEVELOPER })).status,
      (await gitlab.get('pkg/1.0.0/f', {})).status,
    ];
    expect(statuses).toEqual([201, 201, 429, 200, 401]);
  });
});

test('strangers are counted by their address, for all of the API where the throttle is general', async () => {
  await start('throttle_unauthenticated_api', 1, { rate_limiting_response_text: 'Slow down' });
  expect((await gitlab.api('GET', '/projects')).headers['ratelimit-remaining']).toBe('0');
  const refused = await gitlab.get('pkg/1.0.0/f', { 'PRIVATE-TOKEN': 'unknown' });
  expect([refused.status, refused.text]).toEqual([429, 'Slow down\n']);
  expect((await gitlab.put('pkg/1.0.0/f')).status).toBe(201);
  expect((await ask(gitlab.registry.url, 'GET', '/')).status).toBe(200);
});

test('without such settings no answer speaks of limits', async () => {
  gitlab = await startGitlab();
  expect(Object.keys((await gitlab.put('pkg/1.0.0/f')).headers).filter((name) => name.startsWith('rate'))).toEqual([]);
});
