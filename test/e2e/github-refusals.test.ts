/** Steps that are wrong: what the log says of them, and that their job fails without a request. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { commandsOf, printedBy, runWorkflow, type WorkflowRun } from './support/act.ts';
import { SMALL } from './support/payload.ts';
import { openRegistry, TOKENS } from './support/registry.ts';
import { byPath, byCommandInput, CONNECTION } from './support/round-trip.ts';
import { makeOwnWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;
let registry: RunningRegistry;
let run: WorkflowRun;

const GOOD = { ...CONNECTION, 'package-version': '1.0.0', directory: 'payload', files: '**' };

interface Wrong {
  readonly name: string;
  readonly step: object;
  /** What the one annotation must hold. */
  readonly says: readonly string[];
}

const WRONG: readonly Wrong[] = [
  {
    name: 'a-value-that-is-none',
    step: byPath('publish', { ...GOOD, 'token-type': 'secret', concurrency: '10x' }),
    says: ['token-type', '`secret`', '`deploy`', 'concurrency', '`10x`'],
  },
  {
    name: 'a-misspelt-input',
    step: byPath('publish', { ...GOOD, 'pacakge-name': 'widget' }),
    says: ['pacakge-name', '`package-name`'],
  },
  {
    name: 'an-input-with-underscores',
    step: byPath('publish', { ...GOOD, package_name: 'widget' }),
    says: ['package_name', '`package-name`'],
  },
  {
    name: 'an-empty-secret',
    step: byPath('publish', { ...GOOD, token: '${{ secrets.NOT_SET }}' }),
    says: ['token', 'pull request'],
  },
  {
    name: 'an-input-of-another-command',
    step: {
      ...byCommandInput('download', { ...CONNECTION, 'package-version': '1.0.0', 'if-exists': 'fail' }),
      uses: './',
    },
    says: ['if-exists', '`publish`'],
  },
  { name: 'no-command', step: { uses: './', with: GOOD }, says: ['command', '`publish`', '`download`'] },
];

beforeAll(async () => {
  workspace = await makeOwnWorkspace(SMALL);
  registry = await openRegistry();
  const jobs = WRONG.map(({ name, step }) => [
    name,
    { 'runs-on': 'ubuntu-latest', steps: [{ uses: 'actions/checkout@v4' }, step, { run: 'echo went-on' }] },
  ]);
  run = await runWorkflow(
    { on: 'push', jobs: Object.fromEntries(jobs) as Record<string, object> },
    { workspace: workspace.path, secrets: { GITLAB_TOKEN: TOKENS.personal }, vars: { API: registry.apiUrl } },
  );
});
afterAll(async () => {
  await registry.close();
  await workspace.remove();
});

describe('a workflow with wrong steps', () => {
  it.each(WRONG)('fails the job of $name with one annotation that says why', ({ name, says }) => {
    expect(run.results).toMatchObject({ [name]: 'failure' });
    expect(printedBy(run, name)).not.toContain('went-on');
    const annotations = commandsOf(run, name, 'error');
    expect(annotations).toHaveLength(1);
    for (const words of says) expect(annotations[0]).toContain(words);
  });

  it('fails as a whole, and has asked the registry for nothing', () => {
    expect(run.code).toBe(1);
    expect(registry.requests).toEqual([]);
  });
});
