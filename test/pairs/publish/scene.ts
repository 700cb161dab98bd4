/** One registry and the folders that all rows of a table publish from. */
import { join } from 'node:path';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { putRaw, type Version } from '../../support/raw.ts';
import { openRegistry, PROJECT } from '../../support/registry.ts';
import { inFolder, writeFiles } from '../../support/tree.ts';
import { runCommandHere, type CommandRun } from '../support/run-command.ts';
import { listedId } from '../support/truth.ts';
import { OTHER, OWN, tokenInputs, VERSION, type Facts, type Row, type Server } from './row.ts';

export interface Scene {
  readonly registry: RunningRegistry;
  readonly folder: string;
  readonly server: Server;
}

export async function withScene<T>(server: Server, work: (scene: Scene) => Promise<T>): Promise<T> {
  return inFolder(async (folder) => {
    await writeFiles(join(folder, 'own'), OWN);
    await writeFiles(join(folder, 'other'), OTHER);
    const settings = { duplicates_allowed: server.duplicates === 'allowed' };
    const registry = await openRegistry({ settings, gitlabVersion: server.gitlabVersion });
    try {
      return await work({ registry, folder, server });
    } finally {
      await registry.close();
    }
  });
}

/** The row's command, as its user types it, and again without a change. */
export function publishRow(scene: Scene, row: Row, of: Version, dryRun: boolean): Promise<CommandRun> {
  const how = { status: row.status, 'if-exists': row.ifExists, ...tokenInputs(row.token) };
  return publish(scene, { ...basics(scene, row, of), ...how, directory: 'own', 'dry-run': String(dryRun) });
}

/** Brings the version into the state that the row begins with; throws when it is not in it. */
export async function setUp(scene: Scene, row: Row, of: Version, facts: Facts): Promise<void> {
  if (facts.byTool) await setUpByTool(scene, row, of);
  else {
    const status = row.before.startsWith('rest') ? 'hidden' : undefined;
    for (const [name, content] of Object.entries(facts.found)) {
      await putRaw(scene.registry, of, name, content, status);
    }
  }
  if (row.before === 'nothing') return;
  const visible = (await listedId(scene.registry, of)) !== undefined;
  if (visible === facts.visible) return;
  throw new Error(`after the runs before, the version is ${visible ? 'visible' : 'hidden'}`);
}

async function setUpByTool(scene: Scene, row: Row, of: Version): Promise<void> {
  const directory = row.before.startsWith('same-') ? 'own' : 'other';
  const status = row.before.endsWith('-hidden') ? 'hidden' : 'default';
  const inputs = { ...basics(scene, row, of), ...tokenInputs('maintainer'), directory, status };
  const made = await publish(scene, inputs);
  if (made.exitCode !== 0) throw new Error(`the run before failed: ${made.failure?.message ?? ''}`);
}

function basics({ registry }: Scene, { manifest, checksums }: Row, { name }: Version): Record<string, string> {
  return {
    'api-url': registry.apiUrl,
    project: String(PROJECT.id),
    'package-name': name,
    'package-version': VERSION,
    files: '**',
    ...(manifest === 'none' ? { manifest } : {}),
    ...(checksums === 'none' ? {} : { checksums }),
  };
}

function publish({ folder }: Scene, inputs: Readonly<Record<string, string>>): Promise<CommandRun> {
  return runCommandHere('publish', inputs, { cwd: folder, temp: folder });
}
