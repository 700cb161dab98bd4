/** What the steps version and save-version printed, as a later job of the workflow gets it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { outputs as saveOutputs } from '../../src/commands/save-version/inputs.ts';
import { outputs as versionOutputs } from '../../src/commands/version/inputs.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { putRaw } from '../support/raw.ts';
import { openVersionRegistry, variableOf, VERSION_TOKENS } from '../support/version-registry.ts';
import { outputsOf, printedBy, runWorkflow, type Workflow } from './support/act.ts';
import { git } from './support/checkout.ts';
import { succeeded } from './support/machine.ts';
import { byPath, CONNECTION } from './support/round-trip.ts';
import { makeOwnWorkspace, type Workspace } from './support/workspace.ts';

interface Case {
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

const NUMBERS = { major: '1', minor: '2', patch: '4', prerelease: '', build: '' };
const VARIABLE = { variable: 'WIDGET_VERSION' };

const CASES: readonly Case[] = [
  {
    ref: 'refs/heads/main',
    inputs: { ...VARIABLE, claim: 'true' },
    outputs: {
      ...{ version: '1.2.4', previous: '1.2.3', tag: 'v1.2.4', ...NUMBERS },
      ...{ 'is-prerelease': 'false', 'is-latest': 'true', source: 'variable' },
    },
  },
  {
    ref: 'refs/heads/feature/x',
    inputs: { ...VARIABLE, build: 'true' },
    outputs: {
      ...{ version: '1.2.4-feature-x.45+SHA', previous: '1.2.3', tag: 'v1.2.4-feature-x.45+SHA' },
      ...{ ...NUMBERS, prerelease: 'feature-x.45', build: 'SHA' },
      ...{ 'is-prerelease': 'true', 'is-latest': 'false', source: 'variable' },
    },
  },
  {
    ref: 'refs/tags/cli/v1.2.4',
    inputs: { ...VARIABLE, 'tag-prefix': 'cli/v' },
    outputs: {
      ...{ version: '1.2.4', previous: '1.2.4', tag: 'cli/v1.2.4', ...NUMBERS },
      ...{ 'is-prerelease': 'false', 'is-latest': 'true', source: 'tag' },
    },
  },
];

let workspace: Workspace;
let registry: RunningRegistry;
let commit: string;

beforeAll(async () => {
  workspace = await makeOwnWorkspace(1);
  commit = (await git(workspace.path, 'rev-parse', 'HEAD')).slice(0, 8);
});
afterAll(() => workspace.remove());
beforeEach(async () => {
  registry = await openVersionRegistry({ variables: [{ key: 'WIDGET_VERSION', value: '1.2.3' }] });
  await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'a.txt', 'a');
});
afterEach(() => registry.close());

describe('all outputs of version and save-version reach a later job', () => {
  it.each(CASES)('of a push to $ref', async ({ ref, inputs, outputs }) => {
    const run = succeeded(
      await runWorkflow(workflow(inputs), {
        ...{ workspace: workspace.path, ref, run: 45 },
        secrets: { GITLAB_TOKEN: VERSION_TOKENS.maintainer },
        vars: { API: registry.apiUrl },
      }),
    );
    const expected = withCommit(outputs);
    const { version } = expected;
    const saved = { version, previous: '1.2.3', changed: 'true' };

    expect(run.results).toEqual({ version: 'success', save: 'success', later: 'success' });
    expect(outputsOf(run, 'version', 'it')).toEqual(expected);
    expect(outputsOf(run, 'save', 'it')).toEqual(saved);
    expect(JSON.parse(printedBy(run, 'later'))).toEqual({ version: expected, save: saved });
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: version });
  });
});

function workflow(inputs: Readonly<Record<string, string>>): Workflow {
  const saving = { ...CONNECTION, ...VARIABLE, 'package-version': '${{ needs.version.outputs.version }}' };
  const needs = ['version', 'save'];
  const told = needs.map((name) => `"${name}": \${{ toJSON(needs.${name}.outputs) }}`).join(', ');
  return {
    on: 'push',
    jobs: {
      version: job(byPath('version', { ...CONNECTION, ...inputs }), Object.keys(versionOutputs)),
      save: { needs: 'version', ...job(byPath('save-version', saving), Object.keys(saveOutputs)) },
      later: { needs, 'runs-on': 'ubuntu-latest', steps: [{ run: 'echo "$TOLD"', env: { TOLD: `{${told}}` } }] },
    },
  };
}

/** One step, and all that it puts out as outputs of the job. */
function job(step: object, names: readonly string[]): object {
  return {
    'runs-on': 'ubuntu-latest',
    outputs: Object.fromEntries(names.map((name) => [name, `\${{ steps.it.outputs.${name} }}`])),
    steps: [{ uses: 'actions/checkout@v4' }, { id: 'it', ...step }],
  };
}

function withCommit(outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, value.replace('SHA', commit)]));
}
