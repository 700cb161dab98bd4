/** A group's variable that is asked for without its group, or in another one, never passes for one that is not there yet. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { PROJECT } from '../support/registry.ts';
import { openVersionRegistry, variableOf, VERSION_TOKENS } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';

const INHERITED = 'inherited-and-nobodys-business';
const folder = makeFolder();
let registry: RunningRegistry;
beforeEach(async () => {
  registry = await openVersionRegistry({ variables: [{ key: 'SHARED', value: '4.0.0', group: 'acme/tools' }] });
});
afterEach(() => registry.close());
afterAll(() => {
  folder.remove();
});

const JOB = {
  GITLAB_CI: 'true',
  CI_PROJECT_ID: String(PROJECT.id),
  CI_PROJECT_PATH: PROJECT.path,
  CI_PIPELINE_ID: '7',
  CI_PIPELINE_IID: '7',
};
const COMMANDS = [
  {
    command: 'version',
    more: { 'initial-version': '0.1.0', prerelease: 'none', 'package-name': 'widget' },
    begins: '0.1.0',
    goesOn: '4.0.1',
  },
  { command: 'save-version', more: { 'package-version': '4.1.0' }, begins: '4.1.0', goesOn: '4.1.0' },
];

function ask(
  command: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const all = { 'api-url': registry.apiUrl, project: String(PROJECT.id), variable: 'SHARED', ...inputs };
  return runHere(command, all, { GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner, ...env }, folder.path);
}

describe.each(COMMANDS)('$command', ({ command, more, begins, goesOn }) => {
  test.each([
    { title: 'its id', project: String(PROJECT.id) },
    { title: 'its path', project: PROJECT.path },
    { title: 'nothing', project: '' },
  ])('fails in a job of the project, named by $title, that has a variable of that name', async ({ project }) => {
    const { code, shown } = await ask(command, { ...more, project }, { ...JOB, SHARED: INHERITED });

    expect(code).toBe(1);
    expect(shown).toContain(
      `SHARED is not a variable of project ${project === '' ? String(PROJECT.id) : project}, but this job has one of that name: it belongs to a group (give \`--group\`) or is set by the pipeline`,
    );
    expect(shown).not.toContain(INHERITED);
    expect(registry.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test.each(['acme', 'Acme'])(
    'fails in a job that has the variable, when it is asked for in the group %s above its own',
    async (group) => {
      const { code, shown } = await ask(command, { ...more, group }, { ...JOB, SHARED: INHERITED });

      expect(code).toBe(1);
      expect(shown).toContain(
        `SHARED is not a variable of group ${group}, but this job has one of that name: it belongs to another group or to the project, or is set by the pipeline`,
      );
      expect(shown).not.toContain(INHERITED);
      expect(registry.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    },
  );

  test('begins in a group whose variables the job does not have', async () => {
    const run = await ask(
      command,
      { ...more, group: 'acme' },
      { ...JOB, CI_PROJECT_PATH: 'acme-tools/other', SHARED: INHERITED },
    );
    expect(run).toMatchObject({ code: 0, outputs: { version: begins, previous: 'none' } });
  });

  test('goes on with the group', async () => {
    const run = await ask(command, { ...more, group: 'acme/tools' }, { ...JOB, SHARED: '4.0.0' });
    expect(run).toMatchObject({ code: 0, outputs: { version: goesOn, previous: '4.0.0' } });
  });

  test.each([
    { title: 'the job has none of that name', env: JOB },
    {
      title: 'the job is of another project',
      env: { ...JOB, CI_PROJECT_ID: '77', CI_PROJECT_PATH: 'acme/other', SHARED: '4.0.0' },
    },
    { title: 'there is no GitLab job around', env: { SHARED: '4.0.0' } },
  ])('begins where $title', async ({ env }) => {
    expect(await ask(command, more, env)).toMatchObject({ code: 0, outputs: { version: begins, previous: 'none' } });
  });
});

test('a variable that is called as the version job reports it is made all the same', async () => {
  const run = await ask(
    'save-version',
    { variable: 'VERSION', 'package-version': '0.1.0' },
    { ...JOB, VERSION: '0.1.0' },
  );
  expect(run).toMatchObject({ code: 0, outputs: { version: '0.1.0', previous: 'none', changed: true } });
  expect(await variableOf(registry, 'VERSION')).toMatchObject({ value: '0.1.0' });
});
