/** What release.json holds: the last released bundle. Only a release changes that file; reading it is here. */
import { Failure } from '../core/errors.ts';

export interface Release {
  /** Semantic version, without a leading `v`. */
  readonly version: string;
  /** Full path of the GitLab project whose package registry holds the bundle. */
  readonly project: string;
  /** SHA-256 of `dist/cli/index.js`, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

const FORMS = {
  version: /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/,
  project: /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)+$/,
  sha256: /^[0-9a-f]{64}$/,
} as const;

/** Reads release.json strictly: these three members, each of its form. Fails with `usage`. */
export function parseRelease(text: string): Release {
  const read = readObject(text);
  const problems = Object.keys(read)
    .filter((name) => !Object.hasOwn(FORMS, name))
    .map((name) => `${name}: unknown field`);
  for (const [name, form] of Object.entries(FORMS)) {
    const value = read[name];
    if (typeof value !== 'string' || !form.test(value)) problems.push(`${name}: must match ${form}`);
  }
  if (problems.length > 0) throw new Failure('usage', 'release.json is not valid', { problems });
  return read as unknown as Release;
}

/** The text of release.json. */
export function formatRelease({ version, project, sha256 }: Release): string {
  return `${JSON.stringify({ version, project, sha256 }, null, 2)}\n`;
}

function readObject(text: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null) return read as Record<string, unknown>;
  } catch {
    // Falls through to the same failure: it is not a JSON object either way.
  }
  throw new Failure('usage', 'release.json is not a JSON object');
}
