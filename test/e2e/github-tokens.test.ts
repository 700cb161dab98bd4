/** GitHub's platform with each kind of credential, and where credentials go. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { fingerprint } from '../support/tree.ts';
import { outputsOf, runWorkflow, type WorkflowRun } from './support/act.ts';
import { succeeded } from './support/machine.ts';
import { PAYLOAD_FILES, SMALL } from './support/payload.ts';
import { openRegistry, secretForms, TOKENS } from './support/registry.ts';
import { byPath, CONNECTION, roundTrip } from './support/round-trip.ts';
import { makeOwnWorkspace, type Workspace } from './support/workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await makeOwnWorkspace(SMALL);
});
afterAll(() => workspace.remove());

interface Kind {
  readonly name: string;
  readonly token: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The one form in which the registry may meet it. */
  readonly form: string;
}

const KINDS: readonly Kind[] = [
  { name: 'private', token: TOKENS.personal, inputs: {}, form: 'PRIVATE-TOKEN' },
  { name: 'deploy', token: TOKENS.deploy, inputs: {}, form: 'DEPLOY-TOKEN' },
  { name: 'bearer', token: TOKENS.oauth, inputs: { 'token-type': 'bearer' }, form: 'Bearer' },
  { name: 'basic', token: TOKENS.personal, inputs: { 'token-type': 'basic', username: 'somebody' }, form: 'Basic' },
];

describe('a workflow with one job for each kind of token', () => {
  let registry: RunningRegistry;
  let run: WorkflowRun;

  beforeAll(async () => {
    registry = await openRegistry();
    run = await runWorkflow(
      { on: 'push', jobs: Object.fromEntries(KINDS.map((kind) => [kind.name, bothWays(kind)])) },
      {
        workspace: workspace.path,
        secrets: Object.fromEntries(KINDS.map(({ name, token }) => [`TOKEN_${name.toUpperCase()}`, token])),
        vars: { API: registry.apiUrl, OUT: join(workspace.root, 'kinds') },
      },
    );
  });
  afterAll(() => registry.close());

  it.each(KINDS)('publishes and downloads an exact version with a $name token', async ({ name, form }) => {
    expect(run.results).toMatchObject({ [name]: 'success' });
    const all = String(PAYLOAD_FILES);
    const published = outputsOf(run, name, 'publish');
    expect(published).toMatchObject({ uploaded: all, complete: 'true' });
    expect(outputsOf(run, name, 'download')).toMatchObject({ downloaded: all, digest: published.digest });
    expect(await fingerprint(join(workspace.root, 'kinds', name))).toEqual(workspace.tree);
    const seen = registry.requests.filter(({ path }) => path.includes(`/generic/${name}/`));
    expect(seen.length).toBeGreaterThan(2 * PAYLOAD_FILES);
    for (const { credentials } of seen) expect(credentials).toEqual([form]);
  });

  it('shows no credential in its log, in whatever form', () => {
    for (const secret of secretForms()) expect(run.log).not.toContain(secret);
  });
});

describe('a registry that redirects downloads to another origin', () => {
  it('gives the tree, and no credential reaches that origin', async () => {
    const registry = await openRegistry('redirect');
    try {
      const out = join(workspace.root, 'redirected');
      const run = succeeded(
        await runWorkflow(roundTrip(byPath), {
          workspace: workspace.path,
          secrets: { GITLAB_TOKEN: TOKENS.personal },
          vars: { API: registry.apiUrl, OUT: out },
        }),
      );

      // A job whose label is unknown is unchanged, and the exit code is 0 all the same.
      expect(run.results).toEqual({ publish: 'success', download: 'success' });
      expect(await fingerprint(out)).toEqual(workspace.tree);
      expect(registry.storageRequests.length).toBeGreaterThanOrEqual(PAYLOAD_FILES);
      for (const { credentials, headers } of registry.storageRequests) {
        expect(credentials).toEqual([]);
        expect(Object.keys(headers).sort()).toEqual(STORAGE_HEADERS);
        for (const secret of secretForms()) expect(JSON.stringify(headers)).not.toContain(secret);
      }
    } finally {
      await registry.close();
    }
  });
});

/** What another origin is sent for a whole file: what HTTP demands, and how we like our bytes. */
const STORAGE_HEADERS = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'];

/** Each kind has a package of its own, so that its requests can be told from the others'. */
function bothWays({ name, inputs }: Kind): object {
  const common = {
    ...CONNECTION,
    token: `\${{ secrets.TOKEN_${name.toUpperCase()} }}`,
    ...inputs,
    'package-name': name,
    'package-version': '1.0.0',
  };
  return {
    'runs-on': 'ubuntu-latest',
    steps: [
      { uses: 'actions/checkout@v4' },
      { id: 'publish', ...byPath('publish', { ...common, directory: 'payload', files: '**' }) },
      { id: 'download', ...byPath('download', { ...common, directory: `\${{ vars.OUT }}/${name}` }) },
    ],
  };
}
