/** Proves: a list of versions that goes on without end is refused in little memory, measured in a process of its own. */
import { expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inFolder } from '../support/tree.ts';
import { runMeasured, type Measured } from './support/peak.ts';

const PAGE = 100;

/** As GitLab tells a version. */
function versionRow(id: number): object {
  return {
    id,
    name: 'widget',
    version: `1.0.${id}`,
    package_type: 'generic',
    status: 'default',
    _links: { web_path: `/acme/widget/-/packages/${id}`, delete_api_path: `https://gitlab.example/packages/${id}` },
    created_at: '2026-01-01T00:00:00.000Z',
    last_downloaded_at: null,
    tags: [],
    pipelines: [{ id, sha: 'a'.repeat(40), ref: 'main', status: 'success', source: 'push', user: { name: 'Someone' } }],
  };
}

/** `list` of a project whose list of versions has no end. */
async function listOfEndless(): Promise<Measured & { readonly asked: number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://host');
    const page = Number(searchParams.get('page'));
    asked += 1;
    const rows = Array.from({ length: PAGE }, (_, index) => versionRow((page - 1) * PAGE + index + 1));
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Next-Page': String(page + 1) });
    response.end(JSON.stringify(rows));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await inFolder(async (cwd) => {
      const where = ['--api-url', `http://127.0.0.1:${port}/api/v4`, '--project', '1'];
      const env = { GENERIC_PACKAGES_TOKEN: 'glpat-0123456789abcdef' };
      return { ...(await runMeasured(['list', '--package-name', 'widget', ...where], { cwd, env })), asked };
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a list that goes on without end is refused with less than 150 MB', async () => {
  const { code, stderr, peak, asked } = await listOfEndless();
  expect({ code, stderr }).toMatchObject({ code: 1 });
  expect(stderr).toContain('past 5000 pages');
  expect(asked).toBeLessThan(1000);
  expect(peak).toBeLessThan(150);
});
