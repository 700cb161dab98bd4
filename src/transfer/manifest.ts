/** The manifest: our list of a version's files, written last, and the only sign that a version is whole. */
import { formatDigest, sha256OfBytes } from '../core/digest.ts';
import { Failure } from '../core/errors.ts';
import { harmless } from '../core/text.ts';

/** One file as the manifest lists it. `mode` is octal text of the permission bits, such as `755`. */
export interface ManifestFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly mode: string;
}

export interface Manifest {
  readonly manifestVersion: 1;
  readonly package: { readonly name: string; readonly version: string };
  /** Sorted by name, in the order of their UTF-16 code units. */
  readonly files: readonly ManifestFile[];
}

/** A manifest together with the bytes that stand in the registry, and their digest. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly size: number;
  readonly digest: string;
}

export const MAX_MANIFEST_BYTES = 32 * 1024 * 1024;
const MAX_MANIFEST_FILES = 200_000;

/** Equal inputs give equal bytes, wherever and whenever they are made: the digest depends on it. */
export function createManifest(
  owner: { readonly name: string; readonly version: string },
  files: readonly ManifestFile[],
): Manifest {
  const sorted = files
    .map(({ name, size, sha256, mode }) => ({ name, size, sha256, mode }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {
    manifestVersion: 1,
    package: { name: owner.name, version: owner.version },
    files: sorted,
  };
}

/** The manifest's bytes: JSON, one file a line, so that a reader's diff is readable. */
export function renderManifest(manifest: Manifest): Buffer {
  const files = manifest.files.map((file) => `    ${JSON.stringify(file)}`).join(',\n');
  const text = [
    '{',
    `  "manifestVersion": ${manifest.manifestVersion},`,
    `  "package": ${JSON.stringify(manifest.package)},`,
    files === '' ? '  "files": []' : `  "files": [\n${files}\n  ]`,
    '}\n',
  ].join('\n');
  return Buffer.from(text);
}

export function manifestDigest(bytes: Uint8Array): string {
  return formatDigest(sha256OfBytes(bytes));
}

/** Why no download would take a manifest of these files, if so; for a publish to know before it sends. */
export function manifestLimitProblem(
  owner: { readonly name: string; readonly version: string },
  files: readonly Omit<ManifestFile, 'sha256'>[],
): string | undefined {
  if (files.length > MAX_MANIFEST_FILES) return `there are ${files.length} files, and a manifest lists ${MAX_MANIFEST_FILES} at most`;
  const anyDigest = '0'.repeat(64);
  const bytes = renderManifest(createManifest(owner, files.map((file) => ({ ...file, sha256: anyDigest })))).length;
  return bytes > MAX_MANIFEST_BYTES ? `its manifest would have ${bytes} bytes, and may have ${MAX_MANIFEST_BYTES}` : undefined;
}

/**
 * Reads a stored file as this package's manifest. `undefined` when it is none of ours: no JSON
 * object with a `manifestVersion`. Throws `bad-manifest` when it claims to be one and is not valid
 * or belongs to another package or version.
 */
export function parseManifest(
  bytes: Uint8Array,
  owner: { readonly name: string; readonly version: string },
): StoredManifest | undefined {
  const value = parseJson(bytes);
  if (!isRecord(value) || !('manifestVersion' in value)) return undefined;
  const problems = manifestProblems(value, owner);
  if (problems.length > 0) {
    throw new Failure('bad-manifest', `The manifest of ${owner.name} ${owner.version} is not valid: ${problems[0] ?? ''}`, {
      problems,
      hint: 'Nothing was fetched. Publish the version again under a new number, or name another file with `manifest`.',
    });
  }
  const manifest = value as unknown as Manifest;
  return { manifest: createManifest(manifest.package, manifest.files), size: bytes.length, digest: manifestDigest(bytes) };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function manifestProblems(
  value: Record<string, unknown>,
  owner: { readonly name: string; readonly version: string },
): string[] {
  if (value.manifestVersion !== 1) {
    return ['its manifestVersion is not 1; a newer release of this tool may read it'];
  }
  const named = value.package;
  if (!isRecord(named) || named.name !== owner.name || named.version !== owner.version) {
    return ['it belongs to another package or version'];
  }
  const files = value.files;
  if (!Array.isArray(files)) return ['it has no list of files'];
  if (files.length > MAX_MANIFEST_FILES) return [`it lists more than ${MAX_MANIFEST_FILES} files`];
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const [index, file] of files.entries()) {
    const problem = fileProblem(file, seen);
    if (problem !== undefined) problems.push(`entry ${index + 1}: ${problem}`);
  }
  return problems;
}

function fileProblem(file: unknown, seen: Set<string>): string | undefined {
  if (!isRecord(file)) return 'it is no object';
  const { name, size, sha256, mode } = file;
  if (typeof name !== 'string' || name === '') return 'it has no name';
  if (seen.has(name)) return `\`${harmless(name)}\` is listed twice`;
  seen.add(name);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    return `\`${harmless(name)}\` has no valid size`;
  }
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    return `\`${harmless(name)}\` has no valid sha256`;
  }
  if (typeof mode !== 'string' || !/^[0-7]{3}$/.test(mode)) return `\`${harmless(name)}\` has no valid mode`;
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
