/** From the rows that go to the whole list of deletions: their bytes, and claims and old copies of files besides. */
import { asFailure } from '../../core/errors.ts';
import { isVisible, packageFiles } from '../../gitlab/api/packages.ts';
import type { FileRow } from '../../gitlab/types.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { isRecordName } from '../../transfer/remote/records.ts';
import { readManifest, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { unlessHidden } from '../../transfer/remote/version-state.ts';
import { decideClaims } from './claims.ts';
import { deletionsOf, type PlanRow } from './decide.ts';
import type { Deletion, ReviewedDeletion } from './deletions.ts';
import { hiddenRows, surplusRows } from './duplicates.ts';
import type { VersionFacts } from './facts.ts';
import type { Desk, Gathered } from './gather.ts';

/** Everything that these rows and rules delete. Of a plan that was reviewed only what it has is looked at. */
export async function assembleDeletions(
  desk: Desk,
  gathered: Gathered,
  rows: readonly PlanRow[],
  reviewed: readonly ReviewedDeletion[] | undefined,
): Promise<readonly Deletion[]> {
  const going = deletionsOf(rows).map(({ facts, rule }): Deletion => ({
    kind: 'version',
    facts,
    rule,
    bytes: undefined,
  }));
  const versions = reviewed === undefined ? await withBytes(desk, going) : withReviewedBytes(going, reviewed);
  const wants = (kind: Deletion['kind']): boolean => reviewed?.some((one) => one.kind === kind) ?? true;
  const claims = wants('claim') ? await claimDeletions(desk, gathered, rows) : [];
  const duplicates = wants('duplicate') ? await duplicateDeletions(desk, gathered, rows) : [];
  return [...versions, ...claims, ...duplicates];
}

/** GitLab lists no files of a hidden version. */
function withBytes(desk: Desk, deletions: readonly Deletion[]): Promise<readonly Deletion[]> {
  return inParallel(deletions, desk.client.width(), async (deletion) => {
    const { id, status } = deletion.facts;
    const files = status === 'hidden' ? undefined : await filesOf(desk, id);
    return { ...deletion, bytes: files?.reduce((sum, { size }) => sum + size, 0) };
  });
}

function withReviewedBytes(deletions: readonly Deletion[], reviewed: readonly ReviewedDeletion[]): readonly Deletion[] {
  const bytes = new Map(reviewed.map((one) => [one.id, one.bytes]));
  return deletions.map((deletion) => ({ ...deletion, bytes: bytes.get(deletion.facts.id) }));
}

/** A claim's record by owner stands before its number: without the number it would be found no more. */
async function claimDeletions(
  desk: Desk,
  { facts, claims }: Gathered,
  rows: readonly PlanRow[],
): Promise<readonly Deletion[]> {
  const { claimsAfter } = desk.intent;
  if (claimsAfter === undefined) return [];
  const rule = 'delete-claims-older-than';
  const found: Deletion[] = [];
  for (const [name, listed] of claims) {
    const staying = rows.filter((row) => row.facts.name === name);
    const numbers = decideClaims(listed, staying, { deleteAfter: claimsAfter, now: facts.now });
    const owners = await inParallel(numbers, desk.client.width(), (number) => ownerRecordOf(desk, number, listed));
    const records = [...owners.flatMap((owner) => owner ?? []), ...numbers];
    found.push(...records.map((one): Deletion => ({ kind: 'claim', facts: one, rule, bytes: undefined })));
  }
  return found.sort((a, b) => Number(isNumber(a.facts)) - Number(isNumber(b.facts)));
}

export function isNumber({ version }: VersionFacts): boolean {
  return /^\d/.test(version);
}

/** The record that says which number the owner of this one has, if it is this one. */
async function ownerRecordOf(
  desk: Desk,
  number: VersionFacts,
  listed: readonly VersionFacts[],
): Promise<VersionFacts | undefined> {
  const [first] = (await filesOf(desk, number.id)) ?? [];
  const owner = listed.find(({ version }) => `${version}.json` === first?.name);
  if (owner === undefined || isNumber(owner)) return undefined;
  const [own] = (await filesOf(desk, owner.id)) ?? [];
  return own?.name === `${number.version}.json` ? owner : undefined;
}

async function duplicateDeletions(
  desk: Desk,
  { facts }: Gathered,
  rows: readonly PlanRow[],
): Promise<readonly Deletion[]> {
  if (!desk.intent.deletesDuplicates) return [];
  const staying = rows.filter(
    ({ verdict, type, facts: one }) => verdict === 'keep' && type !== 'hidden' && isVisible(one),
  );
  const found = await inParallel(staying, desk.client.width(), async ({ facts: one }) => {
    const files = await surplusOf(desk, one, facts.now);
    return files.map(({ id, name, size }): Deletion => ({
      kind: 'duplicate',
      facts: one,
      rule: 'delete-duplicates',
      bytes: size,
      file: { id, name },
    }));
  });
  return found.flat();
}

/** The old copies of a version's files. None where a manifest cannot be read: any of them may be named there. */
export async function surplusOf(desk: Desk, one: VersionFacts, now: number): Promise<readonly FileRow[]> {
  const rows = (await filesOf(desk, one.id)) ?? [];
  const hidden = hiddenRows(rows, now);
  if (hidden.length === 0) return [];
  const ref = { client: desk.client, project: desk.intent.connection.project, ...one };
  const named = await namedDigests(ref, desk.intent.manifest, rows);
  return named === undefined ? [] : surplusRows(hidden, named);
}

async function namedDigests(
  ref: VersionRef,
  manifest: string | undefined,
  rows: readonly FileRow[],
): Promise<ReadonlySet<string> | undefined> {
  const names = new Set(rows.map(({ name }) => name).filter((name) => name === manifest || isRecordName(name)));
  const digests = new Set<string>();
  for (const name of names) {
    try {
      const stored = await readManifest(ref, name);
      for (const { sha256 } of stored?.manifest.files ?? []) digests.add(sha256);
    } catch (thrown) {
      if (asFailure(thrown).code !== 'bad-manifest') throw thrown;
      return undefined;
    }
  }
  return digests;
}

function filesOf({ client, intent }: Desk, id: number): Promise<readonly FileRow[] | undefined> {
  return unlessHidden(() => packageFiles(client, intent.connection.project, id));
}
