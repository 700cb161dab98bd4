/** One save, from the inputs to the outputs: read, compare, write, read back. */
import { Failure } from '../../core/errors.ts';
import { compareVersions, type Version } from '../../core/versions/index.ts';
import { RequestFailure } from '../../gitlab/failures/request-failure.ts';
import type { Client } from '../../gitlab/types.ts';
import { createVariable, findVariable, setVariable } from '../../gitlab/api/variables.ts';
import type { Platform } from '../../definitions/context.ts';
import type { Log, Tools } from '../../definitions/command.ts';
import { connect } from '../shared/connection.ts';
import { nameOf, versionIn, type VersionVariable } from '../shared/variable-version.ts';
import type { SavePlan } from './plan.ts';
import { decideSave, type SaveRules } from './decide.ts';
import type { SaveVersionInputs, SaveVersionResult } from './inputs.ts';
import { refusal } from './refusal.ts';
import { savedResult, type Saved } from './result.ts';

export async function runSaveVersion(
  inputs: SaveVersionInputs,
  tools: Tools,
  plan: SavePlan,
): Promise<SaveVersionResult> {
  tools.log.info(`${plan.version.text} (version ${plan.from})`);
  const client = await connect({ api: plan.connection.api, credential: plan.target.credential }, inputs, tools);
  const rules: SaveRules = { expected: inputs.expected, ifLower: inputs['if-lower'], create: inputs.create };
  try {
    const saved = await save({
      plan,
      client,
      rules,
      dryRun: inputs['dry-run'],
      log: tools.log,
      platform: tools.context.platform,
    });
    return savedResult(plan, saved);
  } finally {
    client.close();
  }
}

interface Work {
  readonly plan: SavePlan;
  readonly client: Client;
  readonly rules: SaveRules;
  readonly dryRun: boolean;
  readonly log: Log;
  readonly platform: Platform;
}

async function save(work: Work, isSecond = false): Promise<Saved> {
  const { plan, rules, dryRun, platform } = work;
  const held = await read(work);
  const previous = held?.version;
  const decision = decideSave(plan.version, previous, rules);
  switch (decision) {
    case 'equal':
      return { version: plan.version, previous, changed: false, how: 'equal' };
    case 'keep':
      return { version: previous ?? plan.version, previous, changed: false, how: 'kept' };
    case 'create':
      if (dryRun) return { version: plan.version, previous, changed: false, how: 'would-create' };
      return (await create(work)) ?? (await compareAgain(work, isSecond));
    case 'write':
      if (dryRun) return { version: plan.version, previous, changed: false, how: 'would-write' };
      return write(work, previous, held?.scope ?? '*');
    case 'refuse-missing':
    case 'refuse-unexpected':
    case 'refuse-lower':
      throw refusal(decision, plan, { held: previous, rules, platform });
  }
}

/** Two first runs cannot both win: the second one compares with what the first one made. */
function compareAgain(work: Work, isSecond: boolean): Promise<Saved> {
  if (isSecond) throw vanishing(work.plan);
  work.log.info('Another run made the variable first: compared again with what it holds now');
  return save(work, true);
}

async function read({ client, platform, plan: { target, version } }: Work): Promise<VersionVariable | undefined> {
  const search = await findVariable(client, target.owner, target.key, target.scope);
  return versionIn(search, target, {
    platform,
    whenEmpty: 'delete it, so that this command makes it anew',
    // The version job's report to scripts stands under that key too, where a variable is called VERSION.
    isReport: (value) => value === version.text,
  });
}

/** GitLab lets one run alone make a variable. Undefined: it was another's. */
async function create(work: Work): Promise<Saved | undefined> {
  const { target, version } = work.plan;
  const entry = { key: target.key, value: version.text, scope: target.scope ?? '*' };
  const made = await unlessDoubtful(createVariable(work.client, target.owner, entry));
  return made === false ? undefined : confirm(work, undefined, made === true ? undefined : made);
}

async function write(work: Work, previous: Version | undefined, scope: string): Promise<Saved> {
  const { target, version } = work.plan;
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
async function confirm(work: Work, previous: Version | undefined, doubt: RequestFailure | undefined): Promise<Saved> {
  const { version, target } = work.plan;
  const now = (await read(work))?.version;
  if (now?.text === version.text) return { version, previous, changed: true, how: 'written' };
  if (now !== undefined && work.rules.ifLower === 'keep' && compareVersions(now, version) > 0) {
    return { version: now, previous, changed: false, how: 'kept' };
  }
  if (doubt !== undefined) throw doubt;
  throw new Failure(
    'conflict',
    `${nameOf(target)} was set to ${version.text}, and ${now === undefined ? 'is missing' : `holds ${now.text}`} when it is read back`,
    {
      hint: 'Another run wrote it at the same time. Let one run at a time save it (resource_group on GitLab, concurrency on GitHub), and run again.',
    },
  );
}

function vanishing({ target }: SavePlan): Failure {
  return new Failure('conflict', `${nameOf(target)} is missing when it is read, and there when it is to be made`, {
    hint: 'Another run makes and deletes it at the same time, or the token may not see it. Run again.',
  });
}
