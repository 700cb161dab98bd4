/** Which versions `version` takes for published. */
import { afterEach, expect, test } from '@jest/globals';
import { publishedVersions } from '../../src/commands/version/published-versions.ts';
import { clientOf, closeAll, sendJson, serve } from '../gitlab/loopback.ts';

afterEach(closeAll);

/** What GitLab lists for each `status` asked for; without one what is to be seen. */
const LISTS: Readonly<Record<string, readonly (readonly [version: string, status: string])[]>> = {
  '': [
    ['1.0.0', 'default'],
    ['v1.0.1', 'deprecated'],
    ['1.0.2', 'error'],
    ['2.0.0-rc.1', 'default'],
    ['nightly', 'default'],
  ],
  hidden: [['1.0.3+b', 'hidden']],
  processing: [['1.0.4', 'processing']],
};

test('a number is taken in whatever state its version is; latest may choose from those that are whole', async () => {
  const host = await serve((request, response) => {
    const status = new URL(request.url ?? '', 'http://host').searchParams.get('status') ?? '';
    const rows = (LISTS[status] ?? []).map(([version, state], index) => ({
      id: index + 1,
      name: 'widget',
      version,
      status: state,
      package_type: 'generic',
    }));
    const other = {
      id: 99,
      name: 'widget-2',
      version: '9.9.9',
      status: status === '' ? 'default' : status,
      package_type: 'generic',
    };
    sendJson(response, 200, [...rows, other], { 'X-Next-Page': '' });
  });

  const published = publishedVersions(clientOf(host.api).client, '42', 'widget');

  expect(await published.taken()).toEqual(new Set(['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4']));
  expect(await published.visible()).toEqual(['1.0.0', 'v1.0.1', '2.0.0-rc.1', 'nightly']);
  expect(await published.taken()).toHaveProperty('size', 5);
  expect(host.seen).toHaveLength(3);
});
