/** The sample of a `--config` file in the documents: a registry takes it as it stands, and serves what it says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startRegistry, type RunningRegistry } from '../../src/registry/server.ts';
import { ask } from '../contract/ask.ts';
import { ROOT } from '../support/process.ts';

interface Sample {
  readonly projects: readonly { readonly id: number; readonly path: string }[];
  readonly tokens: readonly { readonly token: string; readonly kind: string }[];
  readonly variables: readonly { readonly key: string; readonly value: string }[];
  readonly tags: readonly { readonly name: string }[];
}

let sample: Sample;
let registry: RunningRegistry;
beforeAll(async () => {
  const section = (await readFile(join(ROOT, 'docs/registry.md'), 'utf8')).split('\n## Its configuration\n')[1] ?? '';
  sample = JSON.parse(section.split('```json\n')[1]?.split('```')[0] ?? '') as Sample;
  registry = await startRegistry({ port: 0, config: sample });
});
afterAll(() => registry.close());

function project(rest: string): string {
  return `/api/v4/projects/${encodeURIComponent(sample.projects[0]?.path ?? '')}/${rest}`;
}

function headerOf(kind: string): Record<string, string> {
  const name = { personal: 'PRIVATE-TOKEN', job: 'JOB-TOKEN', deploy: 'DEPLOY-TOKEN' }[kind] ?? '';
  return { [name]: sample.tokens.find((one) => one.kind === kind)?.token ?? '' };
}

test.each(['personal', 'job', 'deploy'])('the token of the kind %s publishes', async (kind) => {
  const file = project(`packages/generic/widget/1.0.0/${kind}`);
  expect(await ask(registry.url, 'PUT', file, { headers: headerOf(kind), body: 'x' })).toMatchObject({ status: 201 });
});

test('the variable and the tag are there', async () => {
  const headers = headerOf('personal');
  const [variable] = sample.variables;
  const answer = await fetch(registry.url + project(`variables/${variable?.key ?? ''}`), { headers });
  expect(await answer.json()).toMatchObject({ value: variable?.value });
  const tags = await fetch(registry.url + project('repository/tags'), { headers });
  expect(await tags.json()).toMatchObject(sample.tags.map(({ name }) => ({ name })));
});

test('any ref is accepted for a tag', async () => {
  const headers = headerOf('personal');
  expect(
    await ask(registry.url, 'POST', project('repository/tags?tag_name=v9&ref=nobody/knows'), { headers }),
  ).toMatchObject({ status: 201 });
});
