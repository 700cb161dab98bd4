/** Reads what the rules look at: versions, tags, releases, variables. A keep rule that cannot be read ends the run. */
import { asFailure, Failure } from '../../core/errors.ts';
import { compileSegment } from '../../core/patterns/segment.ts';
import { findPackages, isVisible, packageFiles, type PackageRow } from '../../gitlab/api/packages.ts';
import { findVariable } from '../../gitlab/api/variables.ts';
import type { Client } from '../../gitlab/types.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { claimsPackage } from '../../transfer/remote/claims.ts';
import { ABANDONED_MARKER, isRecordName } from '../../transfer/remote/records.ts';
import { peekByName } from '../../transfer/remote/stored-version.ts';
import { unlessHidden } from '../../transfer/remote/version-state.ts';
import type { LinkedProject } from '../shared/release-links.ts';
import { readReferences, type ReferenceFacts } from '../shared/references.ts';
import { nameOf } from '../shared/variable-version.ts';
import type { VariableTarget } from '../shared/variable-access.ts';
import { decideVersions, deletionsOf } from './decide.ts';
import type { Facts, VersionFacts } from './facts.ts';
import type { CleanupIntent } from './intent.ts';

/** Where the facts are read, and what was read of single versions before: that is asked once. */
export interface Desk {
  readonly client: Client;
  /** For variables, each with a client of its own credential. */
  readonly variableClient: Client | undefined;
  readonly intent: CleanupIntent;
  /** The project as the job knows it, where it is the job's own. */
  readonly ownProject: LinkedProject | undefined;
  readonly memory: Memory;
  readonly signal: AbortSignal;
}

export interface Memory {
  /** Answers about a version, by its row's id and status: another status is another question. */
  readonly answers: Map<string, boolean>;
  /** Ids of a version's files, by its row's id. */
  readonly fileIds: Map<number, ReadonlySet<number>>;
}

export function emptyMemory(): Memory {
  return { answers: new Map(), fileIds: new Map() };
}

export interface Gathered {
  readonly facts: Facts;
  /** Claims by the package that they are on. */
  readonly claims: ReadonlyMap<string, readonly VersionFacts[]>;
}

/** The program that GitLab components fetch. */
const PROGRAM_PACKAGE = 'generic-packages';

/** `now`: GitLab's own time of the first list, in milliseconds. */
export async function gather(desk: Desk, now: number): Promise<Gathered> {
  const [rows, references, variables] = await Promise.all([
    readRows(desk),
    keepRule('keep-tagged', () => referencesOf(desk)),
    keepRule('keep-variable', () => readVariables(desk)),
  ]);
  const fits = packageFilter(desk.intent.packageName);
  const versions = rows.filter(({ name }) => fits(name)).map(factsOf);
  const facts = await inspect(desk, { now, versions, references, variables });
  return { facts, claims: await claimsOf(desk, rows, versions) };
}

/** Which packages a name or a pattern means. What a pattern must never mean is named exactly or left alone. */
function packageFilter(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const { matches } = compileSegment(pattern, false);
  return (name) => !name.startsWith('claims.') && name !== PROGRAM_PACKAGE && matches(name);
}

async function readRows({ client, intent }: Desk): Promise<readonly PackageRow[]> {
  const { connection, packageName } = intent;
  const name = packageName.includes('*') ? undefined : packageName;
  const [visible, hidden] = await Promise.all([
    findPackages(client, connection.project, { name }),
    findPackages(client, connection.project, { name, status: 'hidden' }),
  ]);
  return [...visible, ...hidden];
}

async function claimsOf(
  { client, intent }: Desk,
  rows: readonly PackageRow[],
  versions: readonly VersionFacts[],
): Promise<ReadonlyMap<string, readonly VersionFacts[]>> {
  const claims = new Map<string, readonly VersionFacts[]>();
  if (intent.claimsAfter === undefined) return claims;
  for (const of of new Set(versions.map(({ name }) => name))) {
    const name = claimsPackage(of);
    const listed = intent.packageName.includes('*')
      ? rows.filter((row) => row.name === name)
      : await findPackages(client, intent.connection.project, { name });
    claims.set(of, listed.filter(isVisible).map(factsOf));
  }
  return claims;
}

function factsOf(row: PackageRow): VersionFacts {
  const { id, name, version, status, createdAt, lastDownloadedAt, tellsDownloads, pipeline, deletable } = row;
  return { id, name, version, status, createdAt, lastDownloadedAt, tellsDownloads, pipeline, deletable };
}

async function referencesOf({ client, intent, ownProject }: Desk): Promise<ReferenceFacts | undefined> {
  if (intent.taggedIn === undefined) return undefined;
  return readReferences(client, intent.connection.project, intent.taggedIn, ownProject);
}

async function readVariables({ variableClient, intent }: Desk): Promise<readonly string[]> {
  if (variableClient === undefined) return [];
  const held: string[] = [];
  for (const target of intent.variables) held.push(await readVariable(variableClient, target));
  return held;
}

/** A value that nobody may see, or that is none, keeps nothing: that must not pass in silence. */
async function readVariable(client: Client, target: VariableTarget): Promise<string> {
  const found = await findVariable(client, target.owner, target.key, target.scope);
  const wrong = (what: string, hint: string): Failure => new Failure('conflict', `${nameOf(target)} ${what}`, { hint });
  if (found.kind === 'missing') throw wrong('does not exist', 'Correct `keep-variable`, or make the variable.');
  if (found.kind === 'elsewhere') {
    const scopes = found.scopes.map((scope) => `\`${scope}\``).join(', ');
    throw wrong(`exists in other environment scopes: ${scopes}`, 'Give one of them as `environment-scope`.');
  }
  const value = found.variable.value?.trim() ?? '';
  if (value !== '') return value;
  throw wrong('has no value that can be read', 'Give it a version, visible and not hidden.');
}

/** Nothing may go while a rule that might keep it is not known. */
async function keepRule<T>(input: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code === 'interrupted' || failure.code === 'max-time') throw thrown;
    const next = failure.hint === undefined ? '' : `${failure.hint} `;
    throw new Failure(failure.code, `${input}: what it keeps cannot be read. ${failure.message}`, {
      hint: `${next}Nothing is deleted while a keep rule cannot be read.`,
      cause: thrown,
    });
  }
}

/** Asks of single versions what no list tells, and only where it decides. */
async function inspect(desk: Desk, listed: Facts): Promise<Facts> {
  const abandoned = await withAbandoned(desk, listed);
  const probed = await withManifests(desk, abandoned);
  return withLinkedFiles(desk, probed);
}

/** Versions whose deletion was begun are visible. Those that a keep rule names would stay anyway. */
async function withAbandoned(desk: Desk, facts: Facts): Promise<Facts> {
  const { rules } = desk.intent;
  const after = rules.deleteAfter.hidden;
  if (after === undefined) return facts;
  const old = facts.versions.filter((one) => isVisible(one) && facts.now - Date.parse(one.createdAt) > after);
  const hidden = old.map((one) => ({ ...one, isAbandoned: true }));
  const due = deletionsOf(decideVersions({ ...facts, versions: hidden }, rules).rows).map((row) => row.facts.id);
  return marked(desk, facts, { ids: due, question: 'isAbandoned', ask: (one) => isAbandoned(desk, one) });
}

async function isAbandoned({ client, intent }: Desk, one: VersionFacts): Promise<boolean> {
  const { project } = intent.connection;
  if ((await peekByName({ client, project, ...one }, ABANDONED_MARKER)) === undefined) return false;
  const rows = (await unlessHidden(() => packageFiles(client, project, one.id))) ?? [];
  const marker = rows.findLast(({ name }) => name === ABANDONED_MARKER);
  return marker !== undefined && !rows.some(({ id, name }) => id > marker.id && !isRecordName(name));
}

/** Of hidden versions that would go. One with a manifest is hidden on purpose. */
async function withManifests(desk: Desk, facts: Facts): Promise<Facts> {
  const { manifest, rules, connection } = desk.intent;
  if (manifest === undefined || rules.deleteAfter.hidden === undefined) return facts;
  const due = deletionsOf(decideVersions(facts, rules).rows).filter(({ type }) => type === 'hidden');
  const ask = async (one: VersionFacts): Promise<boolean> => {
    const ref = { client: desk.client, project: connection.project, ...one };
    return (await peekByName(ref, manifest)) !== undefined;
  };
  return marked(desk, facts, { ids: due.map((row) => row.facts.id), question: 'hasManifest', ask });
}

/** A link by a file's id says nothing of the version: the files of those that would go are looked through. */
async function withLinkedFiles(desk: Desk, facts: Facts): Promise<Facts> {
  const linked = facts.references?.links.fileIds ?? new Set();
  if (linked.size === 0) return facts;
  const due = deletionsOf(decideVersions(facts, desk.intent.rules).rows).map((row) => row.facts);
  const found = new Set<number>();
  await inParallel(due, desk.client.width(), async ({ id }) => {
    const files = await fileIdsOf(desk, id);
    if ([...files].some((file) => linked.has(file))) found.add(id);
  });
  return {
    ...facts,
    versions: facts.versions.map((one) => (found.has(one.id) ? { ...one, hasLinkedFile: true } : one)),
  };
}

async function fileIdsOf({ client, intent, memory }: Desk, id: number): Promise<ReadonlySet<number>> {
  const known = memory.fileIds.get(id);
  if (known !== undefined) return known;
  const rows = (await unlessHidden(() => packageFiles(client, intent.connection.project, id))) ?? [];
  const ids = new Set(rows.map((row) => row.id));
  memory.fileIds.set(id, ids);
  return ids;
}

interface Question {
  readonly ids: readonly number[];
  readonly question: 'isAbandoned' | 'hasManifest';
  readonly ask: (one: VersionFacts) => Promise<boolean>;
}

async function marked({ client, memory }: Desk, facts: Facts, { ids, question, ask }: Question): Promise<Facts> {
  const wanted = new Set(ids);
  const yes = new Set<number>();
  const asked = facts.versions.filter(({ id }) => wanted.has(id));
  await inParallel(asked, client.width(), async (one) => {
    const key = `${question} ${one.id} ${one.status}`;
    const answer = memory.answers.get(key) ?? (await ask(one));
    memory.answers.set(key, answer);
    if (answer) yes.add(one.id);
  });
  return { ...facts, versions: facts.versions.map((one) => (yes.has(one.id) ? { ...one, [question]: true } : one)) };
}
