/** A plan's deletions as data: what is printed, written to `plan-path`, reviewed, and named by one digest. Pure. */
import { formatDigest, sha256OfBytes } from '../../core/digest.ts';
import type { VersionFacts } from './facts.ts';
import { fingerprintOf, isUnchanged } from './facts.ts';

type DeletionKind = 'version' | 'claim' | 'duplicate';

/** One thing to delete. */
export interface Deletion {
  readonly kind: DeletionKind;
  readonly facts: VersionFacts;
  /** The rule that decided. */
  readonly rule: string;
  /** What comes free; undefined where GitLab does not tell. */
  readonly bytes: number | undefined;
  /** Of a duplicate: the row that goes. */
  readonly file?: { readonly id: number; readonly name: string };
}

/** A deletion of a plan that was reviewed, as its file tells it. */
export interface ReviewedDeletion {
  readonly kind: DeletionKind;
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly fileId: number;
  readonly type: string;
  readonly bytes: number | undefined;
  readonly fingerprint: string;
}

type Named = Pick<ReviewedDeletion, 'id' | 'name' | 'version' | 'fileId'>;

/** The same in every plan that deletes the same thing. */
function keyOf({ id, name, version, fileId }: Named): string {
  return `${id} ${name} ${version}${fileId === 0 ? '' : ` ${fileId}`}`;
}

export function keyOfDeletion({ facts, file }: Deletion): string {
  return keyOf({ ...facts, fileId: file?.id ?? 0 });
}

/** `sha256:…` of the sorted deletions, a line each. */
export function digestOfDeletions(deletions: readonly Deletion[]): string {
  const lines = deletions.map((deletion) => `${keyOfDeletion(deletion)}\n`).sort();
  return formatDigest(sha256OfBytes(lines.join('')));
}

/** A row of the plan's file. */
export type DeletionItem = Readonly<Record<string, string | number>>;

export function deletionItem({ kind, facts, rule, bytes, file }: Deletion, type: string): DeletionItem {
  return {
    kind,
    id: facts.id,
    name: facts.name,
    version: facts.version,
    type,
    rule,
    ...(bytes === undefined ? {} : { bytes }),
    ...(file === undefined ? {} : { 'file-id': file.id, file: file.name }),
    seen: fingerprintOf(facts),
  };
}

/** Undefined where the text is no plan of ours. */
export function parseDeletions(text: string): readonly ReviewedDeletion[] | undefined {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(items)) return undefined;
  const deletions = items.map(reviewedOf);
  return deletions.includes(undefined) ? undefined : (deletions as ReviewedDeletion[]);
}

function reviewedOf(item: unknown): ReviewedDeletion | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { kind, id, name, version, type, seen, bytes, 'file-id': fileId = 0 } = item as Record<string, unknown>;
  if (kind !== 'version' && kind !== 'claim' && kind !== 'duplicate') return undefined;
  if (!isId(id) || typeof name !== 'string' || typeof version !== 'string') return undefined;
  if (typeof type !== 'string' || typeof seen !== 'string') return undefined;
  if (kind === 'duplicate' ? !isId(fileId) : fileId !== 0) return undefined;
  return {
    ...{ kind, id, name, version, type, fingerprint: seen },
    fileId: Number(fileId),
    bytes: typeof bytes === 'number' ? bytes : undefined,
  };
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** What of a reviewed plan is carried out, and why the rest of it is left alone. */
export interface Selected {
  readonly deletions: readonly Deletion[];
  readonly left: readonly { readonly name: string; readonly why: string }[];
}

/**
 * What of a plan that was reviewed still is as it was, and nothing that is not in it. `there`: ids of the versions and
 * claims that are listed now.
 */
export function selectReviewed(
  deletions: readonly Deletion[],
  reviewed: readonly ReviewedDeletion[],
  there: ReadonlySet<number>,
): Selected {
  const now = new Map(deletions.map((deletion) => [keyOfDeletion(deletion), deletion]));
  const selected: Deletion[] = [];
  const left: { name: string; why: string }[] = [];
  for (const seen of reviewed) {
    const deletion = now.get(keyOf(seen));
    const name = `${seen.name} ${seen.version}`;
    if (deletion !== undefined && (seen.kind === 'duplicate' || isUnchanged(deletion.facts, seen)))
      selected.push(deletion);
    else if (deletion !== undefined) left.push({ name, why: 'it changed since the plan was made' });
    else left.push({ name, why: there.has(seen.id) ? 'it no longer qualifies' : 'it is gone already' });
  }
  return { deletions: selected, left };
}
