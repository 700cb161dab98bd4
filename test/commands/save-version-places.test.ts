/** save-version in every place that a variable may have: projects and groups, one scope or several, old and new GitLabs. */
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { buffer } from 'node:stream/consumers';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { closeAll, sendJson, serve } from '../gitlab/loopback.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { openRelay } from '../prove/support/relay.ts';
import { PROJECT } from '../support/registry.ts';
import { until } from '../support/until.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';

const folder = makeFolder();
afterEach(closeAll);
afterAll(() => {
  folder.remove();
});

const PLACES = [
  { place: 'a project', of: {}, inputs: { project: String(PROJECT.id) }, path: `/projects/${PROJECT.id}` },
  { place: 'a group', of: { group: 'acme/tools' }, inputs: { group: 'acme/tools' }, path: '/groups/acme%2Ftools' },
] as const;
const SCOPES = ['*', 'production', 'review/*'];
const KEPT = { protected: true, raw: false, masked: false, description: 'kept', variable_type: 'env_var' };

function save(apiUrl: string, inputs: Readonly<Record<string, string>>): Promise<Run> {
  const all = { 'api-url': apiUrl, variable: 'VERSION', 'package-version': '1.2.4', ...inputs };
  return runHere('save-version', all, { GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner }, folder.path);
}

function inScope(registry: RunningRegistry, path: string, scope: string): Promise<Record<string, unknown> | undefined> {
  return variableOf(registry, `VERSION?filter[environment_scope]=${encodeURIComponent(scope)}`, path);
}

function writes(registry: RunningRegistry): string[] {
  return registry.requests.filter(({ method }) => method !== 'GET').map(({ method, status }) => `${method} ${status}`);
}

describe.each(PLACES)('a variable of $place', ({ of, inputs, path }) => {
  test.each(SCOPES)('is made in the scope %s, if it is nowhere', async (scope) => {
    await withVersionRegistry({}, async (registry) => {
      const run = await save(registry.apiUrl, { ...inputs, 'environment-scope': scope, expected: 'none' });

      expect(run).toMatchObject({ code: 0, outputs: { version: '1.2.4', previous: 'none', changed: true } });
      const made = {
        value: '1.2.4',
        environment_scope: scope,
        protected: false,
        masked: false,
        raw: true,
        variable_type: 'env_var',
      };
      expect(await variableOf(registry, 'VERSION', path)).toMatchObject(made);
      expect(writes(registry)).toEqual(['POST 201']);
    });
  });

  test.each(SCOPES)('is changed in the scope %s alone, and keeps all else', async (scope) => {
    const variables = SCOPES.map((one) => ({ key: 'VERSION', value: '1.2.3', environment_scope: one, ...KEPT, ...of }));
    await withVersionRegistry({ variables }, async (registry) => {
      expect(await save(registry.apiUrl, { ...inputs, 'environment-scope': scope })).toMatchObject({
        code: 0,
        outputs: { previous: '1.2.3', changed: true },
      });

      for (const one of SCOPES)
        expect(await inScope(registry, path, one)).toMatchObject({
          value: one === scope ? '1.2.4' : '1.2.3',
          environment_scope: one,
          ...KEPT,
        });
      expect(writes(registry)).toEqual(['PUT 200']);
    });
  });

  test.each(SCOPES)('is found in the scope %s when none is named', async (scope) => {
    await withVersionRegistry(
      { variables: [{ key: 'VERSION', value: '1.2.3', environment_scope: scope, ...KEPT, ...of }] },
      async (registry) => {
        expect(await save(registry.apiUrl, inputs)).toMatchObject({
          code: 0,
          outputs: { previous: '1.2.3', changed: true },
        });
        expect(await variableOf(registry, 'VERSION', path)).toMatchObject({
          value: '1.2.4',
          environment_scope: scope,
          ...KEPT,
        });
      },
    );
  });

  test('of many first runs at once is made by one; the others compare with what it made', async () => {
    await withVersionRegistry({}, async (registry) => {
      const versions = Array.from({ length: 8 }, (_, index) => `1.2.${index + 4}`);
      const relay = await openRelay(registry);
      // Nobody hears that it is missing before all have been told so: only GitLab's own refusal tells them apart.
      const told = (): number => relay.passed.filter(({ answered }) => answered).length;
      relay.rule({
        after: async ({ number }) => {
          if (number <= versions.length) await until(() => told() >= versions.length, new Promise(() => undefined));
          return undefined;
        },
      });
      const runs = await Promise.all(
        versions.map((version) => save(relay.apiUrl, { ...inputs, 'package-version': version, expected: 'none' })),
      );
      await relay.close();

      const winners = runs.filter(({ code }) => code === 0);
      expect(winners.map(({ outputs }) => outputs)).toEqual([
        { version: (await variableOf(registry, 'VERSION', path))?.value, previous: 'none', changed: true },
      ]);
      expect(runs.filter(({ shown }) => shown.includes('but --expected is none'))).toHaveLength(versions.length - 1);
      expect(writes(registry).sort()).toEqual(['POST 201', ...versions.slice(1).map(() => 'POST 400')]);
    });
  });

  test('is sent as a new value and nothing else, to an old GitLab too', async () => {
    const bodies: unknown[] = [];
    let value = '1.2.3';
    const host = await serve((request, response) => {
      void buffer(request).then((bytes) => {
        if (request.method === 'PUT') {
          bodies.push(JSON.parse(bytes.toString()));
          value = '1.2.4';
        }
        sendJson(response, 200, { variable_type: 'env_var', key: 'VERSION', value, protected: false, masked: false });
      });
    });
    expect(await save(host.origin, inputs)).toMatchObject({ code: 0, outputs: { changed: true } });
    expect(bodies).toEqual([{ value: '1.2.4' }]);
  });
});
