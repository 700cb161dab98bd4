/** CI/CD variables: finding the one that is meant, and writing it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createVariable, findVariable, setVariable, type VariableOwner } from '../../src/gitlab/api/variables.ts';
import { bodyOf, clientOf, closeAll, failureOf, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

const PROJECT: VariableOwner = { kind: 'project', id: 'g/p' };
const GROUP: VariableOwner = { kind: 'group', id: 'g/sub' };
const SEVERAL = {
  message: "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'",
};
const MISSING = { message: '404 Variable Not Found' };

function row(more: object = {}): object {
  return {
    variable_type: 'env_var',
    key: 'VERSION',
    value: '1.2.3',
    protected: true,
    masked: false,
    hidden: false,
    raw: true,
    environment_scope: '*',
    description: null,
    ...more,
  };
}

type Answer = readonly [status: number, data: unknown];

/** Answers a single variable by the scope asked for, `''` for none, and the list. */
function variables(
  byScope: Readonly<Record<string, Answer>>,
  list: readonly object[] = [],
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const url = new URL(request.url ?? '', 'http://host');
    if (url.pathname.endsWith('/variables')) {
      sendJson(response, 200, list, { 'X-Next-Page': '' });
      return;
    }
    const [status, data] = byScope[url.searchParams.get('filter[environment_scope]') ?? ''] ?? [404, MISSING];
    sendJson(response, status, data);
  };
}

function paths(host: Loopback): string[] {
  return host.seen.map(({ method, path }) => `${method} ${decodeURIComponent(path.replace('/api/v4', ''))}`);
}

describe('findVariable', () => {
  test('reads the one variable of a key, whatever its scope', async () => {
    const host = await serve(variables({ '': [200, row({ environment_scope: 'production' })] }));

    const found = await findVariable(clientOf(host.api).client, PROJECT, 'VERSION', undefined);

    expect(found).toEqual({
      kind: 'found',
      variable: { key: 'VERSION', value: '1.2.3', type: 'env_var', masked: false, hidden: false, scope: 'production' },
    });
    expect(host.seen[0]?.path).toBe('/api/v4/projects/g%2Fp/variables/VERSION');
  });

  test('reads a variable of a group, where scopes may be unknown', async () => {
    const host = await serve(
      variables({ '': [200, { key: 'VERSION', value: '1.2.3', protected: false, masked: false }] }),
    );

    const found = await findVariable(clientOf(host.api).client, GROUP, 'VERSION', undefined);

    expect(found).toMatchObject({ kind: 'found', variable: { scope: '*', type: 'env_var' } });
    expect(host.seen[0]?.path).toBe('/api/v4/groups/g%2Fsub/variables/VERSION');
  });

  test.each([
    ['a project', '404 Variable Not Found'],
    ['a group', '404 GroupVariable Not Found'],
  ])('a variable that %s does not have is missing', async (_of, message) => {
    const host = await serve(variables({ '': [404, { message }] }));
    expect(await findVariable(clientOf(host.api).client, PROJECT, 'VERSION', undefined)).toEqual({ kind: 'missing' });
  });

  test('one that is missing in its scope and in all others is missing', async () => {
    const host = await serve(variables({}));

    expect(await findVariable(clientOf(host.api).client, PROJECT, 'VERSION', 'production')).toEqual({
      kind: 'missing',
    });
    expect(paths(host)).toEqual([
      'GET /projects/g/p/variables/VERSION?filter[environment_scope]=production',
      'GET /projects/g/p/variables/VERSION',
    ]);
  });

  test('one that is in another scope only is elsewhere', async () => {
    const host = await serve(variables({ '': [200, row({ environment_scope: 'staging' })] }));
    const found = await findVariable(clientOf(host.api).client, PROJECT, 'VERSION', 'production');
    expect(found).toEqual({ kind: 'elsewhere', scopes: ['staging'] });
  });

  test.each([
    ['no scope', undefined],
    ['a third one', 'production'],
  ])('one that is in several scopes, asked for with %s, is elsewhere, and all are named', async (_what, scope) => {
    const list = [
      row({ environment_scope: 'staging' }),
      row({ key: 'OTHER', environment_scope: 'x' }),
      row({ environment_scope: '*' }),
    ];
    const host = await serve(variables({ '': [409, SEVERAL] }, list));
    const found = await findVariable(clientOf(host.api).client, PROJECT, 'VERSION', scope);
    expect(found).toEqual({ kind: 'elsewhere', scopes: ['*', 'staging'] });
  });

  test('a GitLab that passes over the filter is not believed', async () => {
    const host = await serve(variables({ production: [200, row()] }));
    const found = await findVariable(clientOf(host.api).client, GROUP, 'VERSION', 'production');
    expect(found).toEqual({ kind: 'elsewhere', scopes: ['*'] });
  });

  test('a hidden value is none', async () => {
    const host = await serve(variables({ '': [200, row({ hidden: true, masked: true, value: null })] }));
    const found = await findVariable(clientOf(host.api).client, PROJECT, 'VERSION', undefined);
    expect(found).toMatchObject({ variable: { hidden: true, masked: true, value: undefined } });
  });

  test.each([
    [404, { message: '404 Project Not Found' }, 'not-found', 'Check project'],
    [404, { message: '404 Group Not Found' }, 'not-found', 'group does not exist'],
    [404, { error: 'Not Found' }, 'not-found', 'Check project'],
    [401, { message: '401 Unauthorized' }, 'unauthorized', 'has not expired'],
    [403, { message: '403 Forbidden' }, 'forbidden', 'Maintainer (for a group: Owner)'],
    [403, { error: 'insufficient_scope' }, 'forbidden', 'the scope api'],
    [409, { message: '409 Conflict: something else' }, 'conflict', ''],
  ])('%i %j never passes for missing', async (status, data, code, hint) => {
    const host = await serve(variables({ '': [status, data] }));
    const failure = await failureOf(findVariable(clientOf(host.api).client, PROJECT, 'VERSION', undefined));
    expect(failure).toMatchObject({ code, status });
    expect(String((failure as { hint?: string }).hint)).toContain(hint);
  });

  test.each([
    ['another variable', row({ key: 'OTHER' })],
    ['a list', [row()]],
    ['a text', 'VERSION'],
    ['nothing', null],
  ])('an answer that is %s is no variable', async (_what, data) => {
    const host = await serve(variables({ '': [200, data] }));
    expect(await failureOf(findVariable(clientOf(host.api).client, PROJECT, 'VERSION', undefined))).toMatchObject({
      code: 'protocol',
    });
  });
});

describe('writing', () => {
  interface SentRequest {
    readonly bodies: unknown[];
    readonly host: Loopback;
  }

  async function recording(answers: readonly Answer[]): Promise<SentRequest> {
    const bodies: unknown[] = [];
    const host = await serve((request, response) => {
      void bodyOf(request).then((bytes) => {
        bodies.push(JSON.parse(bytes.toString()));
        const [status, data] = answers[bodies.length - 1] ?? [500, {}];
        sendJson(response, status, data);
      });
    });
    return { bodies, host };
  }

  test('makes a variable that is unprotected, visible and raw', async () => {
    const { bodies, host } = await recording([
      [201, row()],
      [201, row()],
    ]);
    const { client } = clientOf(host.api);

    expect(await createVariable(client, PROJECT, { key: 'VERSION', value: '1.0.0', scope: '*' })).toBe(true);
    expect(await createVariable(client, GROUP, { key: 'VERSION', value: '1.0.0', scope: 'production' })).toBe(true);

    const made = {
      key: 'VERSION',
      value: '1.0.0',
      variable_type: 'env_var',
      protected: false,
      masked: false,
      raw: true,
    };
    expect(bodies).toEqual([made, { ...made, environment_scope: 'production' }]);
    expect(paths(host)).toEqual(['POST /projects/g/p/variables', 'POST /groups/g/sub/variables']);
  });

  test('one that another run made first is told from a refusal', async () => {
    const { host } = await recording([
      [400, { message: { key: ['(VERSION) has already been taken'] } }],
      [400, { message: { value: ['is invalid'] } }],
    ]);
    const { client } = clientOf(host.api);
    const entry = { key: 'VERSION', value: '1.0.0', scope: '*' };

    expect(await createVariable(client, PROJECT, entry)).toBe(false);
    expect(await failureOf(createVariable(client, PROJECT, entry))).toMatchObject({
      code: 'refused',
      words: 'value is invalid',
    });
  });

  test('sets the value and nothing else, of exactly that scope', async () => {
    const { bodies, host } = await recording([[200, row()]]);

    await setVariable(clientOf(host.api).client, PROJECT, { key: 'VERSION', value: '1.2.4', scope: 'production/*' });

    expect(bodies).toEqual([{ value: '1.2.4' }]);
    expect(paths(host)).toEqual(['PUT /projects/g/p/variables/VERSION?filter[environment_scope]=production/*']);
  });

  test('is not repeated after an answer that leaves doubt', async () => {
    const { bodies, host } = await recording([
      [502, {}],
      [200, row()],
    ]);
    const failure = await failureOf(
      setVariable(clientOf(host.api).client, PROJECT, { key: 'VERSION', value: '1.2.4', scope: '*' }),
    );
    expect(failure).toMatchObject({ code: 'server-error', ambiguous: true });
    expect(bodies).toHaveLength(1);
  });
});

test('a job token is told which token can', async () => {
  const host = await serve((_request, response) => {
    sendJson(response, 401, { message: '401 Unauthorized' });
  });
  const { client } = clientOf(host.api, { token: 'glcbt-1', type: 'job' });
  expect(await failureOf(findVariable(client, PROJECT, 'VERSION', undefined))).toMatchObject({
    code: 'unauthorized',
    hint: expect.stringMatching(/This kind of token cannot reach CI\/CD variables.*variable-token.*Maintainer/),
  });
});
