/** One cleanup, from the inputs to the outputs: read the facts, decide, show the plan, carry it out. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { packagesTime } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { typedInput } from '../../definitions/naming.ts';
import { withClient, type Server } from '../shared/connection.ts';
import { jobProject } from '../shared/package.ts';
import { assembleDeletions } from './assemble.ts';
import { carryOut, type Outcome } from './carry-out.ts';
import { capRefusals, decideVersions, type PlanRow } from './decide.ts';
import { digestOfDeletions, selectReviewed, type Deletion, type Selected } from './deletions.ts';
import { emptyMemory, gather, type Desk, type Gathered } from './gather.ts';
import type { CleanupInputs, CleanupResult } from './inputs.ts';
import type { CleanupIntent } from './intent.ts';
import { cleanupResult, keptLines, leftoverLines, planLines } from './result.ts';

/** So long what was begun may take to end after the run was stopped, in milliseconds. */
const CLOSING_MS = 3000;
/** So many versions that stay are listed in a log that folds. */
const MOST_LISTED = 2000;

export function runCleanup(inputs: CleanupInputs, tools: Tools, intent: CleanupIntent): Promise<CleanupResult> {
  tools.record.about({ project: intent.connection.project, package: intent.packageName });
  const server: Server = { ...intent.connection, waitsForLimits: true };
  return withClient(server, inputs, tools, (client) =>
    withVariables(inputs, { tools, intent, server }, (variableClient) => {
      const ownProject = jobProject(intent.connection.project, tools.context);
      const desk: Desk = { client, variableClient, intent, ownProject, memory: emptyMemory(), signal: tools.signal };
      return clean(desk, inputs, tools);
    }),
  );
}

/** Opens a client for variables where a rule asks for them. */
function withVariables<T>(
  inputs: CleanupInputs,
  { tools, intent, server }: { tools: Tools; intent: CleanupIntent; server: Server },
  work: (client: Client | undefined) => Promise<T>,
): Promise<T> {
  const [target] = intent.variables;
  if (target === undefined) return work(undefined);
  return withClient({ ...server, credential: target.credential }, inputs, tools, work);
}

async function clean(desk: Desk, inputs: CleanupInputs, tools: Tools): Promise<CleanupResult> {
  const { intent } = desk;
  const { log } = tools;
  const since = await packagesTime(desk.client, intent.connection.project);
  const { rows, selected } = await decide(desk, since, tools);
  const { deletions } = selected;
  const digest = digestOfDeletions(deletions);
  await showKept(rows, tools);
  for (const line of leftoverLines(deletions)) log.info(line);
  for (const { name, why } of selected.left) log.info(`${name} is left alone: ${why}`);
  refuse(rows, { deletions, digest, intent }, tools);
  const shown = { packageName: intent.packageName, platform: tools.context.platform, isDryRun: intent.isDryRun, rows };
  if (intent.isDryRun) {
    if (!mayDelete(deletions)) log.warn(`This token may not delete packages. ${WHO_MAY}`);
    return cleanupResult({ ...shown, plan: deletions, digest, deleted: [], left: selected.left });
  }
  const { deleted, stayed } = await carryOutWith(deletions, desk, { inputs, tools, since });
  for (const { deletion, why } of stayed) {
    log.warn(`${deletion.facts.name} ${deletion.facts.version} stays: ${why}`);
  }
  const left = [
    ...selected.left,
    ...stayed.map(({ deletion: { facts }, why }) => ({ name: `${facts.name} ${facts.version}`, why })),
  ];
  return cleanupResult({ ...shown, plan: deletions, digest, deleted, left });
}

interface Decided {
  readonly rows: readonly PlanRow[];
  readonly selected: Selected;
}

/** The rows, and of them the deletions of this run: all, or those that were reviewed. */
async function decide(desk: Desk, since: Date, { log }: Tools): Promise<Decided> {
  const { intent } = desk;
  const gathered = await gather(desk, since.getTime());
  const { rows, refusals, warnings } = decideVersions(gathered.facts, intent.rules);
  if (refusals.length > 0) {
    const [only = ''] = refusals;
    throw new Failure('conflict', refusals.length === 1 ? only : `${refusals.length} rules do not fit what is there`, {
      problems: refusals.length === 1 ? [] : refusals,
      hint: 'Nothing was deleted.',
    });
  }
  for (const warning of warnings) log.warn(warning);
  const reviewed = intent.expected.kind === 'list' ? intent.expected.deletions : undefined;
  const deletions = await assembleDeletions(desk, gathered, rows, reviewed);
  if (reviewed === undefined) return { rows, selected: { deletions, left: [] } };
  return { rows, selected: selectReviewed(deletions, reviewed, idsOf(gathered)) };
}

function idsOf({ facts, claims }: Gathered): ReadonlySet<number> {
  return new Set([...facts.versions, ...[...claims.values()].flat()].map(({ id }) => id));
}

/** At a terminal only with `--verbose`; a log of CI folds them. */
async function showKept(rows: readonly PlanRow[], { log, context }: Tools): Promise<void> {
  const lines = keptLines(rows);
  if (context.platform === 'terminal') {
    for (const line of lines) log.detail(line);
    return;
  }
  await log.group(`${formatCount(lines.length, 'version')} kept`, () => {
    for (const line of lines.slice(0, MOST_LISTED)) log.info(line);
    if (lines.length > MOST_LISTED) log.info(`and ${lines.length - MOST_LISTED} more`);
    return Promise.resolve();
  });
}

const WHO_MAY =
  'To delete takes the role Maintainer: a token with the scope `api` and that role, or a job that a Maintainer ' +
  'started.';

function mayDelete(deletions: readonly Deletion[]): boolean {
  return deletions.every(({ facts }) => facts.deletable);
}

interface Judged {
  readonly deletions: readonly Deletion[];
  readonly digest: string;
  readonly intent: CleanupIntent;
}

/** Throws what keeps a plan from being carried out, before anything is deleted. The plan is shown. */
function refuse(rows: readonly PlanRow[], { deletions, digest, intent }: Judged, { log, context }: Tools): void {
  const going = new Set(deletions.map(({ facts, kind }) => (kind === 'version' ? facts.id : 0)));
  const asked = rows.map((row): PlanRow => (going.has(row.facts.id) ? row : { ...row, verdict: 'keep' }));
  const caps = capRefusals(asked, intent.rules);
  const { expected } = intent;
  if (caps.length > 0) {
    for (const line of planLines(deletions)) log.info(line);
    throw new Failure('refused', `The plan is larger than its limits allow: ${caps[0] ?? ''}`, {
      problems: caps.length === 1 ? [] : caps,
      hint:
        'Nothing was deleted. Look at the plan above. If it is right, raise ' +
        `${typedInput('max-deletions', context.platform)} or ${typedInput('max-share', context.platform)}.`,
    });
  }
  if (expected.kind === 'digest' && expected.digest !== digest) {
    for (const line of planLines(deletions)) log.info(line);
    throw new Failure('digest-mismatch', `The plan is ${digest}, but \`expected-plan\` is ${expected.digest}`, {
      hint:
        'Nothing was deleted. The registry, its tags or the rules have changed since: review the plan above and give ' +
        'its digest, or give the file of a plan, of which what still qualifies is deleted.',
    });
  }
  if (intent.isDryRun || mayDelete(deletions)) return;
  throw new Failure('forbidden', `This token may not delete packages of project ${intent.connection.project}`, {
    hint: `Nothing was deleted. ${WHO_MAY}`,
  });
}

/** What was begun with a hidden version is ended, also when the run is stopped: a client of its own may. */
async function carryOutWith(
  deletions: readonly Deletion[],
  desk: Desk,
  { inputs, tools, since }: { inputs: CleanupInputs; tools: Tools; since: Date },
): Promise<Outcome> {
  if (deletions.length === 0) return { deleted: [], stayed: [] };
  const { log, record, signal } = tools;
  const late = new AbortController();
  const end = (): void => {
    setTimeout(() => {
      late.abort(signal.reason);
    }, CLOSING_MS).unref();
  };
  signal.addEventListener('abort', end, { once: true });
  const server: Server = { ...desk.intent.connection, waitsForLimits: true };
  try {
    return await withClient(server, inputs, { ...tools, signal: late.signal }, (closing) =>
      carryOut(deletions, { desk, closing, since, concurrency: inputs.concurrency, log, record }),
    );
  } finally {
    signal.removeEventListener('abort', end);
  }
}
