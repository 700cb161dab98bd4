/** A row tried: the dry run, the run and the same command again, with what each sent and what is there afterwards. */
import type { Version } from '../../support/raw.ts';
import type { CommandRun } from '../support/run-command.ts';
import { listedId, listedNames, sentSince, served, type Sent } from '../support/truth.ts';
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
  const facts = factsOf(row, scene.server);
  const of = { name: `pair${String(index).padStart(5, '0')}`, version: VERSION };
  await setUp(scene, row, of, facts);
  const dry = await step(scene, row, of, true);
  const first = await step(scene, row, of, false);
  const after = await standingOf(scene, of, facts);
  const second = await step(scene, row, of, false);
  const visibleAtLast = (await listedId(scene.registry, of)) !== undefined;
  return { row, facts, dry, first, after, second, visibleAtLast };
}

async function step(scene: Scene, row: Row, of: Version, dryRun: boolean): Promise<Step> {
  const mark = scene.registry.requests.length;
  const run = await publishRow(scene, row, of, dryRun);
  const [visible, hidden] = await Promise.all([listedId(scene.registry, of), listedId(scene.registry, of, 'hidden')]);
  return { run, sent: sentSince(scene.registry, mark, of, visible ?? hidden) };
}

async function standingOf({ registry }: Scene, of: Version, facts: Facts): Promise<Standing> {
  const known = new Set([...facts.ownNames, ...facts.foundNames, MANIFEST, CHECKSUMS]);
  const [visible, hidden, ...texts] = await Promise.all([
    listedId(registry, of),
    listedId(registry, of, 'hidden'),
    ...[...known].map(async (name) => [name, await served(registry, of, name)] as const),
  ]);
  return {
    visible: visible !== undefined,
    hidden: visible === undefined && hidden !== undefined,
    listed: visible === undefined ? [] : await listedNames(registry, visible),
    contents: Object.fromEntries(texts),
  };
}
