/** Tests with a GitLab in this process: `node --experimental-vm-modules node_modules/jest/bin/jest.js` */
import { startRegistry } from '@generic-packages/cli/registry';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { upload } from './upload.mjs';

const TOKEN = 'glpat-for-tests';

let gitlab;
beforeAll(async () => {
  gitlab = await startRegistry({
    port: 0,
    record: true,
    config: {
      projects: [{ id: 42, path: 'acme/tools/widget' }],
      tokens: [{ token: TOKEN, kind: 'personal', role: 'developer' }],
      packages: [{ project: 42, name: 'widget', version: '1.0.0', files: [{ name: 'widget.txt', text: 'old' }] }],
    },
    faultScript: [{ method: 'PUT', path: '*/flaky.txt', fault: '502' }],
  });
});
beforeEach(() => gitlab.reset());
afterAll(() => gitlab.close());

test('a file arrives', async () => {
  expect(await upload(gitlab.apiUrl, TOKEN, 'widget/2.0.0/widget.txt', 'new')).toBe(1);
  expect(gitlab.requests).toMatchObject([{ method: 'PUT', status: 201, credentials: ['PRIVATE-TOKEN'] }]);
});

test('a gateway that fails once is tried again', async () => {
  expect(await upload(gitlab.apiUrl, TOKEN, 'widget/2.0.0/flaky.txt', 'new')).toBe(2);
  expect(gitlab.requests.map(({ status }) => status)).toEqual([502, 201]);
});

test('a token that nobody knows is refused', async () => {
  await expect(upload(gitlab.apiUrl, 'wrong', 'widget/2.0.0/widget.txt', 'new')).rejects.toThrow('401');
});

test('each test finds what the configuration says, and no more', async () => {
  const answer = await fetch(`${gitlab.apiUrl}/projects/42/packages`, { headers: { 'PRIVATE-TOKEN': TOKEN } });
  expect(await answer.json()).toMatchObject([{ name: 'widget', version: '1.0.0' }]);
});
