/** Whatever is built of requests that are tried again: on a server that stays down no request is sent more than n + 1 times. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settleRelease } from '../../src/commands/release/carry-out.ts';
import type { ReleaseIntent } from '../../src/commands/release/intent.ts';
import type { Log } from '../../src/definitions/command.ts';
import { fileUrl } from '../../src/gitlab/address.ts';
import { findPackages, getProject, newestFile, packageFiles } from '../../src/gitlab/api/packages.ts';
import { findRelease } from '../../src/gitlab/api/releases.ts';
import { findTags } from '../../src/gitlab/api/tags.ts';
import { findVariable } from '../../src/gitlab/api/variables.ts';
import type { Client } from '../../src/gitlab/types.ts';
import { fetchFile } from '../../src/transfer/download.ts';
import { bytesSource } from '../../src/transfer/local/source.ts';
import {
  claimNumber,
  findOwnClaim,
  newestClaims,
  ownerOfNumber,
  recordOwnClaim,
  type ClaimDesk,
} from '../../src/transfer/remote/claims.ts';
import { askByName, peekByName, readManifest, type VersionRef } from '../../src/transfer/remote/stored-version.ts';
import { uploadFile } from '../../src/transfer/upload.ts';
import { clientOf, closeAll, failureOf, sendJson, serve } from './loopback.ts';

afterEach(closeAll);

const RETRIES = 3;

const SILENT: Log = {
  info: () => undefined,
  warn: () => undefined,
  detail: () => undefined,
  progress: () => undefined,
  group: (_, work) => work(),
};

function refOf(client: Client): VersionRef {
  return { client, project: '42', name: 'widget', version: '1.0.0' };
}

function deskOf(client: Client): ClaimDesk {
  return { client, project: '42', packageName: 'widget', owner: 'pipeline-1' };
}

function urlOf(client: Client): URL {
  return fileUrl(client.api, { project: '42', name: 'widget', version: '1.0.0', file: 'a.bin' });
}

async function fetchIntoFolder(client: Client): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'nested-'));
  try {
    const file = { name: 'a.bin', size: 1, sha256: undefined, mode: undefined };
    const target = { file, place: file.name, path: join(folder, 'a.bin'), state: 'absent' as const };
    return await fetchFile({ client, url: urlOf(client), target, umask: 0o22, os: 'linux' });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const OPERATIONS: readonly (readonly [string, (client: Client) => Promise<unknown>])[] = [
  ['a call', (client) => client.json('GET', '/x')],
  ['a list', (client) => findPackages(client, '42', {})],
  ['the files of a package', (client) => packageFiles(client, '42', 9)],
  ['the newest file', (client) => newestFile(client, '42', 9)],
  ['a project', (client) => getProject(client, '42')],
  ['a release', (client) => findRelease(client, '42', 'v1')],
  ['tags', (client) => findTags(client, '42', 'v')],
  ['a variable', (client) => findVariable(client, { kind: 'project', id: '42' }, 'KEY', undefined)],
  ['a claim', (client) => claimNumber(deskOf(client), '1.0.0')],
  ['the record of a claim', (client) => recordOwnClaim(deskOf(client), '1.0.0')],
  ['the newest claims', (client) => newestClaims(deskOf(client))],
  ['the own claim', (client) => findOwnClaim(deskOf(client))],
  ['the owner of a number', (client) => ownerOfNumber(deskOf(client), '1.0.0')],
  ['a look by name', (client) => peekByName(refOf(client), 'a.bin')],
  [
    'a comparison by name',
    (client) => askByName(refOf(client), 'a.bin', { size: 1, sha256: () => Promise.resolve('') }),
  ],
  ['a manifest', (client) => readManifest(refOf(client), 'package.json')],
  ['a download', fetchIntoFolder],
  [
    'an upload',
    (client) =>
      uploadFile({
        client,
        url: urlOf(client),
        name: 'a.bin',
        source: bytesSource(Buffer.from('a')),
        status: undefined,
        look: () => peekByName(refOf(client), 'a.bin'),
      }),
  ],
];

/** How often each request came, by method and path. */
function countsOf(seen: readonly { method: string; path: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { method, path } of seen) {
    const key = `${method} ${path.split('?')[0] ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

describe('on a server that stays down', () => {
  test.each(OPERATIONS)('%s is tried n + 1 times, and says so once', async (_, work) => {
    const host = await serve((request, response) => {
      request.resume();
      sendJson(response, 503, { message: 'down' });
    });
    const { client } = clientOf(host.api, { retries: RETRIES });

    const failure = (await failureOf(work(client))) as Error;

    expect(failure).toMatchObject({ code: 'server-error' });
    expect(failure.message.match(/tried \d+ times/g)).toEqual([`tried ${RETRIES + 1} times`]);
    expect(Math.max(...countsOf(host.seen).values())).toBe(RETRIES + 1);
  });

  test.each(OPERATIONS)('that refuses connections: %s is tried n + 1 times, and says so once', async (_, work) => {
    const { api } = await serve(() => undefined);
    await closeAll();
    const { client, notes } = clientOf(api, { retries: RETRIES });

    const failure = (await failureOf(work(client))) as Error;

    expect(failure).toMatchObject({ code: 'network' });
    expect(failure.message.match(/tried \d+ times/g)).toEqual([`tried ${RETRIES + 1} times`]);
    expect(notes).toHaveLength(RETRIES);
  });
});

test('a claim whose lists stay down is put once', async () => {
  const host = await serve((request, response) => {
    request.resume();
    sendJson(response, request.method === 'PUT' ? 201 : 503, { message: 'said' });
  });
  const { client } = clientOf(host.api, { retries: RETRIES });

  await failureOf(claimNumber(deskOf(client), '1.0.0'));

  expect([...countsOf(host.seen).values()]).toEqual([1, RETRIES + 1]);
});

test('a release whose old link cannot be removed is looked at once more, and the removal is not tried anew', async () => {
  const host = await serve((request, response) => {
    request.resume();
    if (request.method === 'DELETE') {
      sendJson(response, 503, { message: 'down' });
      return;
    }
    const links = ['a.bin', 'old.bin'].map((name, index) => ({
      id: index + 1,
      name,
      url: linked(name),
      link_type: 'package',
    }));
    sendJson(response, 200, { tag_name: 'v1', name: 'v1', assets: { links } });
  });
  const linked = (file: string): string =>
    fileUrl(host.api, { project: '42', name: 'widget', version: '1.0.0', file }).href;
  const { client } = clientOf(host.api, { retries: RETRIES });
  const intent: ReleaseIntent = {
    connection: { api: host.api, project: '42', credential: undefined },
    packageProject: '42',
    packageName: 'widget',
    version: { version: '1.0.0', from: 'given' },
    tag: 'v1',
    origin: { ref: undefined, commit: undefined, lookedUp: false, waitMs: 0 },
    name: undefined,
    notes: undefined,
    milestones: [],
  };

  const work = settleRelease({
    client,
    intent,
    ref: undefined,
    wanted: [{ file: 'a.bin', url: linked('a.bin') }],
    log: SILENT,
  });

  expect(((await failureOf(work)) as Error).message.match(/tried \d+ times/g)).toEqual([`tried ${RETRIES + 1} times`]);
  expect([...countsOf(host.seen)].map(([key, times]) => [key.split(' ')[0], times])).toEqual([
    ['GET', 2],
    ['DELETE', RETRIES + 1],
  ]);
});
