/** Runs a workflow with `act` on this machine and reads its log: one JSON object a line. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { withoutQueues } from './concurrency.ts';
import { PYTHON_PROGRAMS, run } from './machine.ts';

const FILE = join('.github', 'workflows', 'test.yml');

/** A workflow as YAML would say it. */
export interface Workflow {
  readonly on: string;
  readonly jobs: Readonly<Record<string, object>>;
}

export interface ActOptions {
  /** A repository: its work tree is what `actions/checkout` brings. */
  readonly workspace: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** `owner/repo@ref` → the folder that stands for it. */
  readonly repositories?: Readonly<Record<string, string>>;
  /** What was pushed, such as `refs/heads/main`; without it whatever is checked out. */
  readonly ref?: string;
  /** Number and id of the workflow run; a second run with the same one is a re-run. */
  readonly run?: number;
}

/** One line of act's log. What a step prints has `raw_output`; what it commands has `command`. */
interface Line {
  readonly jobID?: string;
  readonly msg?: string;
  readonly stepID?: readonly string[];
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly jobResult?: string;
}

export interface WorkflowRun {
  readonly code: number | null;
  readonly lines: readonly Line[];
  /** Lines of the log that are no `::add-mask::`, as text. */
  readonly log: string;
  /** Job → `success` or `failure`; one that did not run is absent. A matrix's last to end counts. */
  readonly results: Readonly<Record<string, string>>;
}

/**
 * Writes the workflow into the workspace and runs it as a push of the tag or branch there, with nothing
 * of our environment. `workflow` is an object, or the text of a file.
 */
export async function runWorkflow(workflow: Workflow | string, options: ActOptions): Promise<WorkflowRun> {
  const { workspace, secrets = {}, vars = {}, repositories = {}, run: number = 1 } = options;
  await mkdir(join(workspace, '.github', 'workflows'), { recursive: true });
  await writeFile(join(workspace, FILE), withoutQueues(typeof workflow === 'string' ? workflow : stringify(workflow)));
  const home = `${workspace}.home`;
  await mkdir(home, { recursive: true });
  const { code, stdout, stderr } = await run(
    join(PYTHON_PROGRAMS, 'act'),
    [
      // act skips a job whose label it does not know, and calls that a success.
      ...['push', '-P', 'ubuntu-latest=-self-hosted', '--no-cache-server', '--rm', '--json', '-W', FILE],
      ...(await pushOf(home, options)),
      // Without this act itself would hide the secrets that a step must not print.
      '--insecure-secrets',
      ...flags('-s', secrets),
      ...flags('--var', vars),
      ...flags('--local-repository', repositories),
      ...flags('--env', { GITHUB_RUN_ID: String(number), GITHUB_RUN_NUMBER: String(number) }),
    ],
    { cwd: workspace, env: { HOME: home } },
  );
  const texts = stdout.split('\n').filter((text) => text.startsWith('{'));
  const lines = texts.map((text) => JSON.parse(text) as Line);
  const results = Object.fromEntries(
    lines.flatMap(({ jobID, jobResult }) =>
      jobID !== undefined && jobResult !== undefined ? [[jobID, jobResult]] : [],
    ),
  );
  const log = texts.filter((_text, at) => lines[at]?.command !== 'add-mask').join('\n');
  return { code, lines, results, log: `${log}\n${stderr}` };
}

/** The event of a push, as far as GitHub's own says the same. */
async function pushOf(home: string, { ref }: ActOptions): Promise<readonly string[]> {
  if (ref === undefined) return [];
  const file = join(home, 'event.json');
  await writeFile(file, JSON.stringify({ ref, repository: { default_branch: 'main' } }));
  return ['--eventpath', file];
}

/** What a step printed. */
export function outputsOf({ lines }: WorkflowRun, job: string, step: string): Readonly<Record<string, string>> {
  const said = linesOf(lines, job, step).filter(({ command }) => command === 'set-output');
  return Object.fromEntries(said.map(({ name = '', arg = '' }) => [name, arg]));
}

/** What the steps of a job printed, without the runner's commands. */
export function printedBy({ lines }: WorkflowRun, job: string): string {
  return lines
    .flatMap(({ jobID, raw_output, msg }) => (jobID === job && raw_output === true ? [msg ?? ''] : []))
    .join('');
}

/** The texts of a command, such as `error` or `warning`, that a job gave. */
export function commandsOf({ lines }: WorkflowRun, job: string, command: string): readonly string[] {
  return lines.flatMap((line) => (line.jobID === job && line.command === command ? [line.arg ?? ''] : []));
}

function linesOf(lines: readonly Line[], job: string, step: string): readonly Line[] {
  return lines.filter(({ jobID, stepID }) => jobID === job && stepID?.join() === step);
}

function flags(flag: string, given: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(given).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}
