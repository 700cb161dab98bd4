/** What GitLab promises of CI/CD variables, of projects and of groups. Who may do what with them: variable-rights.test.ts. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { type Gitlab, OWNER, startGitlab } from './instance.ts';

const PROJECT = '/projects/42/variables';
const GROUP = '/groups/acme%2Ftools/variables';
const SEVERAL = "There are multiple variables with provided parameters. Please use 'filter[environment_scope]'";

let gitlab: Gitlab;
beforeEach(async () => {
  gitlab = await startGitlab();
});
afterEach(() => gitlab.close());

const send = (method: string, path: string, given: unknown, headers: OutgoingHttpHeaders = OWNER): Promise<Answer> =>
  gitlab.send(method, path, given, headers);
const read = (path: string, headers: OutgoingHttpHeaders = OWNER): Promise<Answer> =>
  gitlab.api('GET', path, { headers });
const inScope = (scope: string): string => `?filter%5Benvironment_scope%5D=${encodeURIComponent(scope)}`;

describe.each([
  ['a project', PROJECT, '404 Variable Not Found'],
  ['a group', GROUP, '404 GroupVariable Not Found'],
])('a variable of %s', (_what, variables, missing) => {
  test('is made with the defaults, and read back', async () => {
    const made = await send('POST', variables, { key: 'VERSION', value: '1.2.3' });
    const record = {
      variable_type: 'env_var',
      key: 'VERSION',
      value: '1.2.3',
      hidden: false,
      protected: false,
      masked: false,
      raw: false,
      environment_scope: '*',
      description: null,
    };
    expect([made.status, recordOf(made)]).toEqual([201, record]);
    expect(recordOf(await read(`${variables}/VERSION`))).toEqual(record);
  });

  test('keeps what an update does not give, and its key', async () => {
    const rest = {
      variable_type: 'file',
      protected: true,
      raw: true,
      environment_scope: 'production',
      description: 'of the app',
    };
    await send('POST', variables, { key: 'VERSION', value: '1.2.3', ...rest });
    const updated = await send('PUT', `${variables}/VERSION`, { value: '1.2.4', key: 'OTHER' });
    expect([updated.status, recordOf(updated)]).toEqual([
      200,
      { key: 'VERSION', value: '1.2.4', masked: false, hidden: false, ...rest },
    ]);
  });

  test('is there once for each key and scope', async () => {
    await send('POST', variables, { key: 'VERSION', value: '1' });
    const again = await send('POST', variables, { key: 'VERSION', value: '2' });
    expect([again.status, recordOf(again)]).toEqual([400, { message: { key: ['(VERSION) has already been taken'] } }]);
    expect((await send('POST', variables, { key: 'VERSION', value: '3', environment_scope: 'review/*' })).status).toBe(
      201,
    );
    const moved = await send('PUT', `${variables}/VERSION${inScope('review/*')}`, { environment_scope: '*' });
    expect(recordOf(moved)).toEqual({ message: { key: ['(VERSION) has already been taken'] } });
  });

  test('of two first writers one is told that it came too late', async () => {
    const answers = await Promise.all(
      ['1', '2', '3', '4'].map((value) => send('POST', variables, { key: 'VERSION', value })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
    const winner = answers.findIndex(({ status }) => status === 201);
    expect(recordOf(await read(`${variables}/VERSION`)).value).toBe(String(winner + 1));
  });

  test('that is missing is told so by name', async () => {
    for (const answer of [
      await read(`${variables}/VERSION`),
      await send('PUT', `${variables}/VERSION`, { value: 'x' }),
      await gitlab.api('DELETE', `${variables}/VERSION`, { headers: OWNER }),
    ])
      expect([answer.status, recordOf(answer)]).toEqual([404, { message: missing }]);
  });

  test('in several scopes has to be asked for with one', async () => {
    for (const [value, scope] of [
      ['1', '*'],
      ['2', 'production'],
    ] as const)
      await send('POST', variables, { key: 'VERSION', value, environment_scope: scope });
    const ambiguous = await read(`${variables}/VERSION`);
    expect([ambiguous.status, recordOf(ambiguous)]).toEqual([409, { message: SEVERAL }]);
    expect((await gitlab.api('DELETE', `${variables}/VERSION`, { headers: OWNER })).status).toBe(409);
    expect(recordOf(await read(`${variables}/VERSION${inScope('production')}`)).value).toBe('2');
    expect(recordOf(await read(`${variables}/VERSION${inScope('*')}`)).value).toBe('1');
    expect((await read(`${variables}/VERSION${inScope('prod*')}`)).status).toBe(404);
    const written = await send('PUT', `${variables}/VERSION`, {
      value: '3',
      filter: { environment_scope: 'production' },
    });
    expect([written.status, recordOf(written).environment_scope]).toEqual([200, 'production']);
    expect(recordOf(await read(`${variables}/VERSION${inScope('*')}`)).value).toBe('1');
    const gone = await gitlab.api('DELETE', `${variables}/VERSION${inScope('*')}`, { headers: OWNER });
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(recordOf(await read(`${variables}/VERSION`)).value).toBe('3');
  });

  test('is listed with the others, in pages', async () => {
    for (const key of ['C', 'A', 'B']) await send('POST', variables, { key, value: key });
    const keys = async (query: string): Promise<unknown[]> =>
      itemsOf(await read(`${variables}?${query}`)).map(({ key }) => key);
    expect(await keys('')).toEqual(['C', 'A', 'B']);
    expect(await keys('per_page=2&page=2')).toEqual(['B']);
    expect((await read(`${variables}?per_page=2`)).headers).toMatchObject({
      'x-next-page': '2',
      'x-total': '3',
      link: expect.stringContaining('rel="next"'),
    });
  });

  test('the last write wins, and nobody is told', async () => {
    await send('POST', variables, { key: 'VERSION', value: '0' });
    const answers = await Promise.all(['1', '2', '3'].map((value) => send('PUT', `${variables}/VERSION`, { value })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await send('PUT', `${variables}/VERSION`, { value: '0.9' })).status).toBe(200);
    expect(recordOf(await read(`${variables}/VERSION`)).value).toBe('0.9');
  });
});

test('an update without a scope is refused by a project of several, and changes the first of a group', async () => {
  for (const variables of [PROJECT, GROUP]) {
    for (const scope of ['production', '*'])
      await send('POST', variables, { key: 'VERSION', value: scope, environment_scope: scope });
  }
  const refused = await send('PUT', `${PROJECT}/VERSION`, { value: 'new' });
  expect([refused.status, recordOf(refused)]).toEqual([409, { message: SEVERAL }]);
  const written = await send('PUT', `${GROUP}/VERSION`, { value: 'new' });
  expect([written.status, recordOf(written).environment_scope]).toEqual([200, 'production']);
});

test('a group and its projects and subgroups have variables of their own', async () => {
  for (const [path, value] of [
    [PROJECT, 'project'],
    [GROUP, 'subgroup'],
    ['/groups/acme/variables', 'group'],
  ] as const)
    expect((await send('POST', path, { key: 'VERSION', value })).status).toBe(201);
  expect(recordOf(await read(`${PROJECT}/VERSION`)).value).toBe('project');
  expect(recordOf(await read('/groups/Acme%2FTools/variables/VERSION')).value).toBe('subgroup');
  expect(recordOf(await read('/groups/acme/variables/VERSION')).value).toBe('group');
  expect((await read('/projects/43/variables/VERSION')).status).toBe(404);
});

describe('what is given', () => {
  test.each<[string, object, unknown]>([
    ['no key', { value: 'x' }, { error: 'key is missing' }],
    ['neither key nor value', {}, { error: 'key is missing, value is missing' }],
    ['a list for a value', { key: 'K', value: ['x'] }, { error: 'value is invalid' }],
    ['a word for a flag', { key: 'K', value: 'x', masked: 'maybe' }, { error: 'masked is invalid' }],
    [
      'an unknown type',
      { key: 'K', value: 'x', variable_type: 'secret' },
      { error: 'variable_type does not have a valid value' },
    ],
    [
      'a key with a hyphen',
      { key: 'A-B', value: 'x' },
      { message: { key: ["can contain only letters, digits and '_'."] } },
    ],
    [
      'a blank key',
      { key: ' ', value: 'x' },
      { message: { key: ["can't be blank", "can contain only letters, digits and '_'."] } },
    ],
    [
      'a long key',
      { key: 'K'.repeat(256), value: 'x' },
      { message: { key: ['is too long (maximum is 255 characters)'] } },
    ],
    [
      'a scope with a comma',
      { key: 'K', value: 'x', environment_scope: 'a,b' },
      {
        message: {
          environment_scope: ["can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', '*' and spaces"],
        },
      },
    ],
    ['a short value to mask', { key: 'K', value: '1.2.3', masked: true }, { message: { value: ['is invalid'] } }],
    [
      'a short value to hide',
      { key: 'K', value: '1.2.3', masked_and_hidden: true },
      { message: { value: ['is invalid'] } },
    ],
    [
      'a sign that cannot be masked',
      { key: 'K', value: '12345678%', masked: true },
      { message: { value: ['is invalid'] } },
    ],
    [
      'a blank that cannot be masked',
      { key: 'K', value: '1234 5678', masked: true, raw: true },
      { message: { value: ['is invalid'] } },
    ],
  ])('with %s is refused', async (_what, given, body) => {
    const answer = await send('POST', PROJECT, given);
    expect([answer.status, recordOf(answer)]).toEqual([400, body]);
    expect(itemsOf(await read(PROJECT))).toEqual([]);
  });

  test.each<[string, object, object]>([
    ['an empty value', { value: '' }, { value: '' }],
    ['a number', { value: 7 }, { value: '7' }],
    ['a key with blanks around it', { key: ' K ', value: 'x' }, { key: 'K' }],
    ['a long key', { key: 'K'.repeat(255), value: 'x' }, { key: 'K'.repeat(255) }],
    ['eight characters to mask', { value: '12345678', masked: true }, { masked: true }],
    ['any eight characters to mask raw', { value: '1234567%', masked: true, raw: true }, { masked: true, raw: true }],
    [
      'flags as words',
      { value: 'x', protected: 'true', raw: '1', masked: 'no' },
      { protected: true, raw: true, masked: false },
    ],
  ])('with %s is taken', async (_what, given, expected) => {
    const answer = await send('POST', PROJECT, { key: 'K', ...given });
    expect([answer.status, recordOf(answer)]).toMatchObject([201, expected]);
  });

  test('may come as a form, a multipart form or in the query', async () => {
    const form = await gitlab.api('POST', PROJECT, {
      headers: { ...OWNER, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'key=FORM&value=a%20b&environment_scope=production',
    });
    expect([form.status, recordOf(form).value]).toEqual([201, 'a b']);
    const part = (name: string, value: string): string =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const parts = await gitlab.api('PUT', `${PROJECT}/FORM`, {
      headers: { ...OWNER, 'Content-Type': 'multipart/form-data; boundary=x' },
      body: `${part('value', 'c')}${part('filter[environment_scope]', 'production')}--x--\r\n`,
    });
    expect([parts.status, recordOf(parts).value]).toEqual([200, 'c']);
    const query = await gitlab.api('POST', `${PROJECT}?key=QUERY&value=d`, { headers: OWNER });
    expect([query.status, recordOf(query).value]).toEqual([201, 'd']);
  });

  test.each([
    ['text/plain', 'key=K', 415, { error: "The provided content-type 'text/plain' is not supported." }],
    ['application/json', '{', 400, { error: '400 Bad Request' }],
    ['application/json', '["key"]', 400, { error: '400 Bad Request' }],
    ['multipart/form-data', 'key=K', 400, { error: '400 Bad Request' }],
    ['application/json', `"${'x'.repeat(11_000_000)}"`, 413, { message: '413 Request Entity Too Large' }],
  ])('as %s, %#, that is none or too much is refused', async (type, body, status, expected) => {
    const answer = await gitlab.api('POST', PROJECT, { headers: { ...OWNER, 'Content-Type': type }, body });
    expect([answer.status, recordOf(answer)]).toEqual([status, expected]);
  });
});

describe('a masked variable', () => {
  test('does not take a value that cannot be masked', async () => {
    await send('POST', PROJECT, { key: 'K', value: 'long-enough', masked: true });
    const answer = await send('PUT', `${PROJECT}/K`, { value: '1.2.3' });
    expect([answer.status, recordOf(answer)]).toEqual([400, { message: { value: ['is invalid'] } }]);
    expect(recordOf(await read(`${PROJECT}/K`)).value).toBe('long-enough');
    expect(recordOf(await send('PUT', `${PROJECT}/K`, { value: '1.2.3', masked: false })).value).toBe('1.2.3');
  });

  test('and hidden never shows its value, and stays so', async () => {
    const made = await send('POST', PROJECT, { key: 'K', value: 'long-enough', masked_and_hidden: true });
    expect(recordOf(made)).toMatchObject({ value: null, masked: true, hidden: true });
    for (const answer of [
      await read(`${PROJECT}/K`),
      await read(PROJECT),
      await send('PUT', `${PROJECT}/K`, { value: 'other-secret' }),
    ])
      expect([answer.status, answer.text]).toEqual([200, expect.not.stringMatching(/long-enough|other-secret/)]);
    const shown = await send('PUT', `${PROJECT}/K`, { masked: false });
    expect([shown.status, recordOf(shown)]).toEqual([
      400,
      { message: { base: ['The visibility setting cannot be changed for masked and hidden variables.'] } },
    ]);
  });
});
