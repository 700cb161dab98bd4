/** What a version passes on and shows. */
import { isStable, type NotLatest, type Version } from '../../core/versions/index.ts';
import { describeNotLatest } from './decide.ts';
import type { VersionIntent } from './intent.ts';
import type { BaseVersion } from './base-version.ts';
import type { VersionResult } from './inputs.ts';

/** `reason`: why it is not the latest version; undefined: it is. */
export function versionResult(
  intent: VersionIntent,
  base: BaseVersion,
  version: Version,
  reason: NotLatest | undefined,
): VersionResult {
  const previous = base.version?.text ?? 'none';
  const { text, major, minor, patch, prerelease, build } = version;
  const outputs = {
    version: text,
    previous,
    tag: tagOf(intent, version),
    major,
    minor,
    patch,
    prerelease,
    build,
    'is-prerelease': !isStable(version),
    'is-latest': reason === undefined,
    source: intent.naming.source,
  };
  const report = {
    headline: `The version is ${text}`,
    facts: [
      ['Version', text, 'log'],
      ['Previous', previous],
      ['Based on', base.where],
      ['Tag', outputs.tag],
      ['Prerelease', outputs['is-prerelease'] ? 'yes' : 'no'],
      ['Latest', reason === undefined ? 'yes' : `no: ${describeNotLatest(reason)}`],
    ] as const,
    links: [],
    summary: true,
  };
  return { outputs, report, pipelineValues: { 'package-name': intent.packageName } };
}

/** The tag that the version was read off stays as it is written: `1.2.3` has no `v`. */
function tagOf({ tag, prefix }: VersionIntent, version: Version): string {
  return tag?.version.text === version.text ? tag.name : `${prefix}${version.text}`;
}
