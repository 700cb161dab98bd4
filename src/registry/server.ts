/** The one entry of the embedded registry: puts its rooms together, starts and stops it. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Blobs, openBlobs } from './storage/blobs.ts';
import type { Instance } from './wire/call.ts';
import { type Config, defaultConfig, readConfig, type TokenKind } from './config/config.ts';
import { openDatabase } from './storage/database.ts';
import { openDirectory } from './config/directory.ts';
import { dispatch } from './wire/dispatch.ts';
import { openDownloads } from './packages/download-times.ts';
import { faultDraw } from './wire/faults.ts';
import { hostCheck, listen, type Listener } from './wire/listener.ts';
import { openListing } from './storage/listing.ts';
import { type ObjectUrls, openObjectUrls } from './storage/object-urls.ts';
import { answerObject, type ObjectStore } from './storage/objects.ts';
import { type RegistryOptions, type Settled, settleOptions } from './options.ts';
import { makeRecorder, type RecordedRequest } from './wire/recorder.ts';
import { dropAllSurplus } from './packages/retention.ts';
import { openStore, type Store } from './storage/store.ts';

export type { RegistryOptions } from './options.ts';
export type { RecordedRequest } from './wire/recorder.ts';

/** A registry that is up. */
export interface RunningRegistry {
  /** `http://127.0.0.1:41234`, without a slash at its end. */
  readonly url: string;
  /** Root of the REST API: `url` and `/api/v4`. */
  readonly apiUrl: string;
  /** Origin of the object store; only with `object_storage: redirect`. */
  readonly storageUrl: string | undefined;
  /** The first project of the config. */
  readonly project: { readonly id: number; readonly path: string };
  readonly tokens: readonly { readonly kind: TokenKind; readonly token: string }[];
  /** With `record`: what came to the API, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** With `record`: what came to the object store. */
  readonly storageRequests: readonly RecordedRequest[];
  /** With `record`: the most API requests that were in flight at once. */
  readonly maxInFlight: number;
  /** The same for the object store. */
  readonly storageMaxInFlight: number;
  /** Empties both records. */
  forget(): void;
  /** Stops at once, cutting what is in flight, and removes what it kept unless `data` was given. */
  close(): Promise<void>;
}

/**
 * Starts a registry. Throws `usage` failures for options or a config that make no sense, a port
 * that is taken, a data folder in use, and a Node without `node:sqlite`.
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<RunningRegistry> {
  const settled = settleOptions(options);
  const config = options.config === undefined ? defaultConfig() : readConfig(options.config);
  const undo: (() => void | Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await assemble(settled, config, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  settled: Settled,
  config: Config,
  undo: (() => void | Promise<void>)[],
  stop: () => Promise<void>,
): Promise<RunningRegistry> {
  const { store, blobs } = await openFolder(settled, undo);
  const downloads = openDownloads(store);
  undo.push(() => {
    downloads.stop();
  });
  await dropAllSurplus({ settings: config.settings, store, blobs });
  const draw = faultDraw(settled.faultRate, settled.faultKinds, settled.faultSeed);
  const recorder = makeRecorder(settled.record, settled.clock);
  const storageRecorder = makeRecorder(settled.record, settled.clock);
  const objects = config.settings.storage === 'redirect' ? await openObjects(settled, { store, blobs, draw, recorder: storageRecorder }, undo) : undefined;
  const closing = new AbortController();
  const instance: Instance = {
    settings: config.settings,
    profile: settled.profile,
    directory: openDirectory(config),
    store,
    listing: openListing(store.database),
    blobs,
    downloads,
    objects: objects?.urls,
    clock: settled.clock,
    closing: closing.signal,
  };
  const acceptsHost = hostCheck(settled.host, settled.allowHosts);
  const given = { instance, recorder, draw, latency: settled.latency, acceptsHost, onError: settled.onError };
  // Work outlives its connection by a moment: the database closes after the last of it.
  const active = new Set<Promise<void>>();
  undo.push(async () => {
    await Promise.all(active);
  });
  const listener = await listen(settled.host, settled.port, (request, response, expectsContinue) => {
    const work = dispatch(given, request, response, expectsContinue);
    active.add(work);
    void work.finally(() => active.delete(work));
  });
  undo.push(() => {
    closing.abort();
    return listener.close();
  });
  return {
    url: listener.url,
    apiUrl: `${listener.url}/api/v4`,
    storageUrl: objects?.listener.url,
    project: { id: config.projects[0]?.id ?? 0, path: config.projects[0]?.path ?? '' },
    tokens: config.tokens.map(({ kind, token }) => ({ kind, token })),
    requests: recorder.requests,
    storageRequests: storageRecorder.requests,
    get maxInFlight() {
      return recorder.maxInFlight;
    },
    get storageMaxInFlight() {
      return storageRecorder.maxInFlight;
    },
    forget() {
      recorder.clear();
      storageRecorder.clear();
    },
    close: stop,
  };
}

/** The data folder, or a temporary one that goes when the registry stops. */
async function openFolder(settled: Settled, undo: (() => void | Promise<void>)[]): Promise<{ store: Store; blobs: Blobs }> {
  const durable = settled.data !== undefined;
  const folder = settled.data ?? (await mkdtemp(join(tmpdir(), 'generic-packages-registry-')));
  if (durable) mkdirSync(folder, { recursive: true });
  else undo.push(() => rm(folder, { recursive: true, force: true }));
  const database = openDatabase(join(folder, 'registry.sqlite'), durable);
  undo.push(() => {
    database.close();
  });
  const store = openStore(database);
  const blobs = openBlobs(folder, durable);
  blobs.sweep(new Set(store.blobs()));
  return { store, blobs };
}

async function openObjects(
  settled: Settled,
  given: Omit<ObjectStore, 'urls'>,
  undo: (() => void | Promise<void>)[],
): Promise<{ listener: Listener; urls: ObjectUrls }> {
  // The port is known only once it listens, and nobody has an address to ask before that.
  const urls = openObjectUrls(randomBytes(32), settled.clock, () => listener.port);
  const listener: Listener = await listen(settled.host, 0, (request, response) => {
    answerObject({ ...given, urls }, request, response).catch(settled.onError);
  });
  undo.push(() => listener.close());
  return { listener, urls };
}
