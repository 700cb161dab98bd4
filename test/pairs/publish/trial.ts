/** A row tried: the dry run, the run and the same command again, with what each sent and what is there afterwards. */
import type { RecordedRequest } from '../../../src/registry/server.ts';
import type { Version } from '../../support/raw.ts';
import type { CommandRun } from '../support/run-command.ts';
import { listedId, listedNames, sentIn, served, type Sent } from '../support/truth.ts';
import { CHECKSUMS, factsOf, MANIFEST, VERSION, type Contents, type Facts, type Row } from './row.ts';
import { publishRow, setUp, type Scene } from './scene.ts';

/** A version as everybody may see it. */
interface Standing {
  readonly visible: boolean;
  readonly hidden: boolean;
  /** Names of a visible version; a hidden one tells none. */
  readonly listed: readonly string[];
  /** What is served under each name that this row knows of. */
  readonly contents: Partial<Contents>;
}

interface Step {
  readonly run: CommandRun;
  readonly sent: Sent;
}

export interface Trial {
  readonly row: Row;
  readonly facts: Facts;
  readonly dry: Step;
  readonly first: Step;
  readonly after: Standing;
  readonly second: Step;
  /** After the same command again. */
  readonly visibleAtLast: boolean;
}

export async function tryRow(scene: Scene, row: Row, index: number): Promise<Trial> {
  const { registry } = scene;
  const facts = factsOf(row, scene.server);
  const of = { name: `pair${String(index).padStart(5, '0')}`, version: VERSION };
  await setUp(scene, row, of, facts);
  const dry = await attempt(scene, row, of, true);
  const first = await attempt(scene, row, of, false);
  const { packageId, ...after } = await standingOf(scene, of, facts);
  const second = await attempt(scene, row, of, false);
  const sent = sentIn(second.requests, of, packageId);
  const stayed = sent.puts.length + sent.deletes.length === 0;
  return {
    row,
    facts,
    dry: { run: dry.run, sent: sentIn(dry.requests, of, packageId) },
    first: { run: first.run, sent: sentIn(first.requests, of, packageId) },
    after,
    second: { run: second.run, sent },
    visibleAtLast: stayed ? after.visible : (await listedId(registry, of)) !== undefined,
  };
}

/** A run, and the requests that came meanwhile, those of other rows among them. */
interface Attempt {
  readonly run: CommandRun;
  readonly requests: readonly RecordedRequest[];
}

async function attempt(scene: Scene, row: Row, of: Version, dryRun: boolean): Promise<Attempt> {
  const mark = scene.registry.requests.length;
  const run = await publishRow(scene, row, of, dryRun);
  return { run, requests: scene.registry.requests.slice(mark) };
}

async function standingOf(
  { registry }: Scene,
  of: Version,
  facts: Facts,
): Promise<Standing & { readonly packageId: number | undefined }> {
  const known = new Set([...facts.ownNames, ...facts.foundNames, MANIFEST, CHECKSUMS]);
  const [visible, ...texts] = await Promise.all([
    listedId(registry, of),
    ...[...known].map(async (name) => [name, await served(registry, of, name)] as const),
  ]);
  const packageId = visible ?? (await listedId(registry, of, 'hidden'));
  return {
    packageId,
    visible: visible !== undefined,
    hidden: visible === undefined && packageId !== undefined,
    listed: visible === undefined ? [] : await listedNames(registry, visible),
    contents: Object.fromEntries(texts),
  };
}
