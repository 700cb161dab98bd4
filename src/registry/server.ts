/** The one entry of the embedded registry: puts its rooms together, starts and stops it. */
import { randomBytes } from 'node:crypto';
import { type Config, defaultConfig, readConfig } from './config/config.ts';
import type { TokenKind } from './config/records.ts';
import { openDirectory } from './config/directory.ts';
import { sow } from './config/seeds.ts';
import { type RegistryOptions, type SettledOptions, settleOptions } from './options.ts';
import { openDownloads } from './packages/download-times.ts';
import { openPipelines } from './packages/pipelines.ts';
import { dropAllSurplus } from './packages/retention.ts';
import { openSessions } from './pages/sessions.ts';
import { openRepository } from './repository/repository.ts';
import { openReleases } from './releases/release-store.ts';
import { type Folder, openFolder, type Undo } from './storage/folder.ts';
import { openListing } from './storage/listing.ts';
import { type ObjectUrls, openObjectUrls } from './storage/object-urls.ts';
import { answerObject, type ObjectStore } from './storage/objects.ts';
import { openTags } from './tags/tag-store.ts';
import { openVariables } from './variables/variable-store.ts';
import type { Instance } from './wire/call.ts';
import { dispatch, requestIds } from './wire/dispatch.ts';
import { faultDraw } from './wire/faults.ts';
import { hostCheck, listen, type Listener } from './wire/listener.ts';
import { makeRecorder, type RecordedRequest, type Recorder } from './wire/recorder.ts';

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

interface Recorders {
  readonly api: Recorder;
  readonly storage: Recorder;
}

/**
 * Starts a registry. Throws `usage` failures for options or a config that make no sense, a port
 * that is taken, a data folder in use, and a Node without `node:sqlite`.
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<RunningRegistry> {
  const settled = settleOptions(options);
  const config = options.config === undefined ? defaultConfig() : readConfig(options.config);
  const undo: Undo = [];
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
  settled: SettledOptions,
  config: Config,
  undo: Undo,
  stop: () => Promise<void>,
): Promise<RunningRegistry> {
  const { clock, latency, onError } = settled;
  const closing = new AbortController();
  const folder = await openFolder(settled.data, undo);
  const stored = await openStores(settled, config, folder, undo);
  const recorders: Recorders = {
    api: makeRecorder(settled.record, clock),
    storage: makeRecorder(settled.record, clock),
  };
  const shared = {
    draw: faultDraw(settled.faultRate, settled.faultKinds, settled.faultSeed),
    refuseHost: hostCheck(settled.host, settled.allowHosts),
    closing: closing.signal,
    latency,
    onError,
  };
  const withObjects = config.settings.storage === 'redirect';
  const objects = withObjects
    ? await openObjects(settled, { ...folder, ...shared, recorder: recorders.storage }, undo)
    : undefined;
  const instance: Instance = { ...stored, objects: objects?.urls, closing: closing.signal };
  const given = { instance, recorder: recorders.api, nextId: requestIds(), ...shared };
  const listener = await listen(settled.host, settled.port, (request, response, expectsContinue) =>
    dispatch(given, request, response, expectsContinue),
  );
  undo.push(() => listener.close());
  undo.push(() => {
    closing.abort();
  });
  return handleOf(config, { api: listener, storage: objects?.listener }, recorders, stop);
}

/** What is kept and what it is asked by; makes what the config wants to be there. */
async function openStores(
  settled: SettledOptions,
  config: Config,
  folder: Folder,
  undo: Undo,
): Promise<Omit<Instance, 'objects' | 'closing'>> {
  const { clock, profile } = settled;
  const { settings } = config;
  const { database } = folder.store;
  const downloads = openDownloads(folder.store);
  undo.push(() => {
    downloads.flush();
  });
  await dropAllSurplus({ settings, ...folder });
  const tags = openTags(database);
  const stores = { variables: openVariables(database), tags, repository: openRepository(config, tags) };
  const startedAt = clock();
  folder.store.transaction(() => {
    sow(config, stores, startedAt);
  });
  return {
    settings,
    profile,
    directory: openDirectory(config),
    ...folder,
    listing: openListing(database),
    ...stores,
    releases: openReleases(database),
    downloads,
    pipelines: openPipelines(database, config.pipelines),
    sessions: openSessions(clock),
    clock,
    startedAt,
  };
}

/** The object store: an origin of its own, on a port of its own. */
async function openObjects(
  settled: SettledOptions,
  given: Omit<ObjectStore, 'urls'>,
  undo: Undo,
): Promise<{ listener: Listener; urls: ObjectUrls }> {
  // The port is known only once it listens, and nobody has an address to ask before that.
  const urls = openObjectUrls(randomBytes(32), settled.clock, () => listener.port);
  const listener: Listener = await listen(settled.host, 0, (request, response) =>
    answerObject({ ...given, urls }, request, response),
  );
  undo.push(() => listener.close());
  return { listener, urls };
}

function handleOf(
  config: Config,
  listeners: { readonly api: Listener; readonly storage: Listener | undefined },
  { api, storage: store }: Recorders,
  close: () => Promise<void>,
): RunningRegistry {
  return {
    url: listeners.api.url,
    apiUrl: `${listeners.api.url}/api/v4`,
    storageUrl: listeners.storage?.url,
    project: { id: config.projects[0]?.id ?? 0, path: config.projects[0]?.path ?? '' },
    tokens: config.tokens.map(({ kind, token }) => ({ kind, token })),
    requests: api.requests,
    storageRequests: store.requests,
    get maxInFlight() {
      return api.maxInFlight;
    },
    get storageMaxInFlight() {
      return store.maxInFlight;
    },
    forget() {
      api.clear();
      store.clear();
    },
    close,
  };
}
