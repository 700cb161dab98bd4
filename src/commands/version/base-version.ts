/** What a version is based on: asks the source that was chosen. Counting is core's. */
import type { Version, VersionLine } from '../../core/versions/index.ts';
import { findTags } from '../../gitlab/api/tags.ts';
import { findVariable } from '../../gitlab/api/variables.ts';
import type { Tools } from '../../definitions/command.ts';
import { typedInput } from '../../definitions/naming.ts';
import { withClient } from '../shared/connection.ts';
import type { VariableTarget } from '../shared/variable-access.ts';
import { versionIn, type VariableReader } from '../shared/variable-version.ts';
import type { VersionWork } from './free-number.ts';
import type { VersionInputs } from './inputs.ts';
import type { VersionIntent } from './intent.ts';
import { lastPublished, lastTagged } from './last-version.ts';

export interface BaseVersion {
  /** Undefined: there is none yet. */
  readonly version: Version | undefined;
  /** Where, for people: `the tag v1.2.3`. */
  readonly where: string;
  /** Why it may be a slip that there is none. */
  readonly doubt?: string;
}

export async function findBase(
  { intent, client, published }: VersionWork,
  inputs: VersionInputs,
  tools: Tools,
): Promise<BaseVersion> {
  const { connection, prefix, packageName, tag, variable, line } = intent;
  const { platform } = tools.context;
  if (tag !== undefined) return { version: tag.version, where: `the tag ${tag.name}` };
  if (variable !== undefined) {
    const version = await readVariable(variable, intent, inputs, tools);
    return { version, where: `the CI/CD variable ${variable.key}` };
  }
  if (intent.naming.source === 'tags') {
    const tags = await findTags(client, connection.project, prefix === 'v' ? '' : prefix);
    return {
      ...lastTagged(tags, { prefix, line, platform }),
      where: `the tags of ${connection.project}${among(line)}`,
    };
  }
  return {
    ...lastPublished(await published.visible(), line),
    where: `the versions of ${packageName}${among(line)}`,
  };
}

function among(line: VersionLine | undefined): string {
  return line === undefined ? '' : ` within ${line.range}`;
}

/** By a client of its own: no other request carries this token. */
function readVariable(
  target: VariableTarget,
  { connection }: VersionIntent,
  inputs: VersionInputs,
  tools: Tools,
): Promise<Version | undefined> {
  const { platform } = tools.context;
  const whenEmpty = `delete it to begin with ${typedInput('initial-version', platform)}`;
  const reader: VariableReader = { platform, whenEmpty };
  return withClient({ api: connection.api, credential: target.credential }, inputs, tools, async (client) => {
    const search = await findVariable(client, target.owner, target.key, target.scope);
    return versionIn(search, target, reader)?.version;
  });
}
