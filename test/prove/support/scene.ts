/** A place to prove something in: a registry, a proxy in front of it, the program, and files to publish. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../../support/platform.ts';
import type { Started } from '../../support/process.ts';
import { PROJECT, TOKENS, withRegistry, type Setup } from '../../support/registry.ts';
import { inFolder, writeFiles } from '../../support/tree.ts';
import type { Program } from './program.ts';
import { openRelay, type Relay } from './relay.ts';
import type { Files } from './stored.ts';

export interface Scene {
  readonly registry: RunningRegistry;
  readonly relay: Relay;
  readonly program: Program;
  /** Files lie in `out`, downloads go to `in`. */
  readonly folder: string;
  /** Replaces what lies in `out`. */
  build(files: Files): Promise<void>;
  /** Runs through the proxy. */
  publish(more?: Inputs): Promise<PlatformRun>;
  /** Completes a version from its parts, with no file of its own unless `more` names some. */
  complete(parts: readonly string[], more?: Inputs): Promise<PlatformRun>;
  download(more?: Inputs): Promise<PlatformRun>;
  /** See Program. */
  downloadLimited(blocks: number, more?: Inputs): Promise<PlatformRun>;
  startPublish(more?: Inputs): Promise<Started>;
  startDownload(more?: Inputs): Promise<Started>;
}

export async function inScene(program: Program, setup: Setup, work: (scene: Scene) => Promise<void>): Promise<void> {
  await inFolder((folder) =>
    withRegistry(setup, async (registry) => {
      const relay = await openRelay(registry);
      try {
        await work(sceneOf(program, registry, relay, folder));
      } finally {
        await relay.close();
      }
    }),
  );
}

function sceneOf(program: Program, registry: RunningRegistry, relay: Relay, folder: string): Scene {
  const place = { cwd: folder };
  const connection = {
    'api-url': relay.apiUrl,
    project: PROJECT.path,
    token: TOKENS.personal,
    'package-version': '1.0.0',
  };
  const publishing = { ...connection, files: '**', directory: 'out' };
  const downloading = { ...connection, directory: 'in' };
  return {
    registry,
    relay,
    program,
    folder,
    build: async (files) => {
      await rm(join(folder, 'out'), { recursive: true, force: true });
      await writeFiles(join(folder, 'out'), files);
    },
    publish: (more = {}) => program.run('publish', { ...publishing, ...more }, place),
    complete: (parts, more = {}) => program.run('publish', { ...connection, parts: parts.join('\n'), ...more }, place),
    download: (more = {}) => program.run('download', { ...downloading, ...more }, place),
    downloadLimited: (blocks, more = {}) => program.runLimited(blocks, 'download', { ...downloading, ...more }, place),
    startPublish: (more = {}) => program.start('publish', { ...publishing, ...more }, place),
    startDownload: (more = {}) => program.start('download', { ...downloading, ...more }, place),
  };
}
