/** What a version is counted from: asks the source that was chosen. Counting is core's. */
import { highestStable, type Version } from '../../core/versions/index.ts';
import { findTags } from '../../gitlab/api/tags.ts';
import type { Client } from '../../gitlab/types.ts';
import { findVariable } from '../../gitlab/api/variables.ts';
import type { Tools } from '../../definitions/command.ts';
import { typedInput } from '../../definitions/naming.ts';
import { connect } from '../shared/connection.ts';
import type { VariableTarget } from '../shared/variable-access.ts';
import { versionIn, type VariableReader } from '../shared/variable-version.ts';
import type { VersionPlan } from './plan.ts';
import type { VersionInputs } from './inputs.ts';
import type { Published } from './published-versions.ts';
import { lastTagged } from './tagged-version.ts';

export interface Found {
  /** Undefined: there is none yet. */
  readonly version: Version | undefined;
  /** Where, for people: `the tag v1.2.3`. */
  readonly where: string;
  /** Why it may be a slip that there is none. */
  readonly doubt?: string;
}

export async function findBase(
  plan: VersionPlan,
  client: Client,
  published: Published,
  inputs: VersionInputs,
  tools: Tools,
): Promise<Found> {
  const { connection, prefix, packageName, tag, variable } = plan;
  if (tag !== undefined) return { version: tag.version, where: `the tag ${tag.name}` };
  if (variable !== undefined) {
    const version = await readVariable(variable, plan, inputs, tools);
    return { version, where: `the CI/CD variable ${variable.key}` };
  }
  if (plan.naming.source === 'tags') {
    const tags = await findTags(client, connection.project, prefix === 'v' ? '' : prefix);
    return { ...lastTagged(tags, prefix, tools.context.platform), where: `the tags of ${connection.project}` };
  }
  return { version: highestStable(await published.visible()), where: `the versions of ${packageName}` };
}

/** By a platform of its own: no other request carries this token. */
async function readVariable(
  target: VariableTarget,
  { connection }: VersionPlan,
  inputs: VersionInputs,
  tools: Tools,
): Promise<Version | undefined> {
  const client = await connect({ api: connection.api, credential: target.credential }, inputs, tools);
  const { platform } = tools.context;
  const reader: VariableReader = {
    platform,
    whenEmpty: `delete it to begin with ${typedInput('initial-version', platform)}`,
  };
  try {
    return versionIn(await findVariable(client, target.owner, target.key, target.scope), target, reader)?.version;
  } finally {
    client.close();
  }
}
