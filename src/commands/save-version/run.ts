/** One save, from the inputs to the outputs: read, compare, write, read back. */
import { Failure } from '../../core/errors.ts';
import { compareVersions, type Version } from '../../core/versions/index.ts';
import { RequestFailure } from '../../gitlab/failures/request-failure.ts';
import type { Client } from '../../gitlab/types.ts';
import { createVariable, findVariable, setVariable } from '../../gitlab/api/variables.ts';
import type { Log, Tools } from '../../definitions/command.ts';
import { withClient } from '../shared/connection.ts';
import { nameOf, versionIn, type VersionVariable } from '../shared/variable-version.ts';
import type { SaveIntent } from './intent.ts';
import { decideSave, type SaveRules } from './decide.ts';
import type { SaveVersionInputs, SaveVersionResult } from './inputs.ts';
import { savedResult, type SaveOutcome } from './result.ts';

export async function runSaveVersion(
  inputs: SaveVersionInputs,
  tools: Tools,
  intent: SaveIntent,
): Promise<SaveVersionResult> {
  const { log, context, record } = tools;
  record.about({ project: intent.connection.project, version: intent.version.text });
  log.info(`${intent.version.text} (version ${intent.from})`);
  const { expected, 'if-lower': ifLower, create: mayCreate, 'dry-run': dryRun } = inputs;
  const rules: SaveRules = { expected, ifLower, create: mayCreate, platform: context.platform };
  const server = { api: intent.connection.api, credential: intent.target.credential };
  const saved = await withClient(server, inputs, tools, (client) => save({ intent, client, rules, dryRun, log }));
  return savedResult(intent, saved);
}

interface SaveWork {
  readonly intent: SaveIntent;
  readonly client: Client;
  readonly rules: SaveRules;
  readonly dryRun: boolean;
  readonly log: Log;
}

async function save(work: SaveWork, isSecond = false): Promise<SaveOutcome> {
  const { intent, rules, dryRun } = work;
  const { version } = intent;
  const held = await read(work);
  const previous = held?.version;
  const decision = decideSave(intent, previous, rules);
  if ('refusal' in decision) throw decision.refusal;
  switch (decision.step) {
    case 'none':
      return { version: decision.holds, previous, changed: false, how: decision.because };
    case 'create':
      if (dryRun) return { version, previous, changed: false, how: 'would-create' };
      return (await create(work)) ?? (await compareAgain(work, isSecond));
    case 'write':
      if (dryRun) return { version, previous, changed: false, how: 'would-write' };
      return write(work, previous, held?.scope ?? '*');
  }
}

/** Two first runs cannot both win: the second one compares with what the first one made. */
function compareAgain(work: SaveWork, isSecond: boolean): Promise<SaveOutcome> {
  if (isSecond) throw vanishing(work.intent);
  work.log.info('Another run made the variable first: compared again with what it holds now');
  return save(work, true);
}

async function read({ client, rules, intent: { target, version } }: SaveWork): Promise<VersionVariable | undefined> {
  const search = await findVariable(client, target.owner, target.key, target.scope);
  return versionIn(search, target, {
    platform: rules.platform,
    whenEmpty: 'delete it, so that this command makes it anew',
    // The version job's report to scripts stands under that key too, where a variable is called VERSION.
    isReport: (value) => value === version.text,
  });
}

/** GitLab lets one run alone make a variable. Undefined: it was another's. */
async function create(work: SaveWork): Promise<SaveOutcome | undefined> {
  const { target, version } = work.intent;
  const entry = { key: target.key, value: version.text, scope: target.scope ?? '*' };
  const made = await unlessDoubtful(createVariable(work.client, target.owner, entry));
  return made === false ? undefined : confirm(work, undefined, made === true ? undefined : made);
}

async function write(work: SaveWork, previous: Version | undefined, scope: string): Promise<SaveOutcome> {
  const { target, version } = work.intent;
  const written = await unlessDoubtful(
    setVariable(work.client, target.owner, { key: target.key, value: version.text, scope }),
  );
  return confirm(work, previous, written instanceof RequestFailure ? written : undefined);
}

/** A write whose answer was lost may have arrived: what is read back tells. */
async function unlessDoubtful<T>(writing: Promise<T>): Promise<T | RequestFailure> {
  try {
    return await writing;
  } catch (thrown) {
    if (thrown instanceof RequestFailure && thrown.ambiguous) return thrown;
    throw thrown;
  }
}

/** No run believes in a value that it did not read back: GitLab lets the last of two writers win. */
async function confirm(
  work: SaveWork,
  previous: Version | undefined,
  doubt: RequestFailure | undefined,
): Promise<SaveOutcome> {
  const { version, target } = work.intent;
  const now = (await read(work))?.version;
  if (now?.text === version.text) return { version, previous, changed: true, how: 'written' };
  if (now !== undefined && work.rules.ifLower === 'keep' && compareVersions(now, version) > 0) {
    return { version: now, previous, changed: false, how: 'kept' };
  }
  if (doubt !== undefined) throw doubt;
  throw new Failure(
    'conflict',
    `${nameOf(target)} was set to ${version.text}, and ` +
      `${now === undefined ? 'is missing' : `holds ${now.text}`} when it is read back`,
    {
      hint:
        'Another run wrote it at the same time. Let one run at a time save it (resource_group on GitLab, ' +
        'concurrency on GitHub), then run this again.',
    },
  );
}

function vanishing({ target }: SaveIntent): Failure {
  return new Failure(
    'conflict',
    `${nameOf(target)} was missing when it was read, but it is there when this run makes it`,
    {
      hint: 'Another run makes and deletes it at the same time, or the token may not see it. Run this again.',
    },
  );
}
