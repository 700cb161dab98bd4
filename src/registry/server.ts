/** The one entry of the embedded registry: puts its rooms together, starts and stops it. */
import { randomBytes } from 'node:crypto';
import { type Config, defaultConfig, readConfig } from './config/config.ts';
import { sowContents } from './config/content-seeds.ts';
import { openDirectory } from './config/directory.ts';
import { sow } from './config/seeds.ts';
import { answerControl } from './control.ts';
import { type SettledOptions, settleOptions } from './options.ts';
import { openDownloads } from './packages/download-times.ts';
import { openPipelines } from './packages/pipelines.ts';
import { dropAllSurplus } from './packages/retention.ts';
import { openSessions } from './pages/sessions.ts';
import type { RegistryOptions, RunningRegistry } from './public.ts';
import { openRepository } from './repository/repository.ts';
import { openReleases } from './releases/release-store.ts';
import { type Folder, openFolder, type Undo } from './storage/folder.ts';
import { openListing } from './storage/listing.ts';
import { openOverview } from './storage/overview.ts';
import { type ObjectUrls, openObjectUrls } from './storage/object-urls.ts';
import { answerObject, type ObjectStore } from './storage/objects.ts';
import { openTags } from './tags/tag-store.ts';
import { openVariables } from './variables/variable-store.ts';
import type { Instance } from './wire/call.ts';
import { dispatch, requestIds } from './wire/dispatch.ts';
import { type Faults, openFaults } from './wire/fault-script.ts';
import { faultDraw } from './wire/faults.ts';
import { hostCheck, listen, type Listener } from './wire/listener.ts';
import { makeRecorder, type Recorder } from './wire/recorder.ts';
import { openThrottles } from './wire/throttle.ts';

export type { RecordedRequest, RegistryOptions, RunningRegistry } from './public.ts';

/** So many requests a control server can tell of, unless all of them are recorded. */
const KEPT_FOR_CONTROL = 10_000;

interface Recorders {
  readonly api: Recorder;
  readonly storage: Recorder;
}

interface Listeners {
  readonly api: Listener;
  readonly storage: Listener | undefined;
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
  const { latency, onError } = settled;
  const closing = new AbortController();
  const folder = await openFolder(settled.data, undo);
  const stored = await openStores(settled, config, folder, undo);
  const recorders = openRecorders(settled);
  const faults = openFaults(settled.faultScript, () =>
    faultDraw(settled.faultRate, settled.faultKinds, settled.faultSeed),
  );
  const shared = {
    faults,
    refuseHost: hostCheck(settled.host, settled.allowHosts),
    closing: closing.signal,
    latency,
    onError,
  };
  const withObjects = config.settings.storage === 'redirect';
  const strict = config.settings.storageStrict;
  const objects = withObjects
    ? await openObjects(settled, { ...folder, ...shared, strict, recorder: recorders.storage }, undo)
    : undefined;
  const instance: Instance = { ...stored, objects: objects?.urls, closing: closing.signal };
  const given = { instance, recorder: recorders.api, nextId: requestIds(), ...shared };
  const listener = await listen(
    settled.host,
    settled.port,
    (request, response, expectsContinue) => dispatch(given, request, response, expectsContinue),
    settled.tls,
  );
  undo.push(() => listener.close());
  undo.push(() => {
    closing.abort();
  });
  const handle = handleOf(config, { api: listener, storage: objects?.listener }, recorders, {
    reset: () => reset(config, instance, recorders, faults),
    close: stop,
  });
  const controlUrl = await openControl(settled, handle, undo);
  return Object.defineProperty(handle, 'controlUrl', { value: controlUrl, enumerable: true });
}

/** With a control server what was asked is remembered, but not without end. */
function openRecorders({ record, controlPort, clock, onRequest }: SettledOptions): Recorders {
  const forControl = controlPort === undefined ? 0 : KEPT_FOR_CONTROL;
  const options = { keep: record ? Infinity : forControl, clock, onEnd: onRequest };
  return { api: makeRecorder(options), storage: makeRecorder(options) };
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
  const directory = openDirectory(config);
  const stores = {
    ...folder,
    variables: openVariables(database),
    tags,
    repository: openRepository(config, tags),
    releases: openReleases(database),
  };
  const startedAt = clock();
  await sowAll(config, stores, startedAt);
  return {
    settings,
    profile,
    directory,
    listing: openListing(database),
    overview: openOverview(database),
    ...stores,
    downloads,
    pipelines: openPipelines(database, config.pipelines),
    sessions: openSessions(clock),
    throttles: openThrottles(settings, directory.tokens, clock),
    clock,
    startedAt,
  };
}

type SownStores = Pick<Instance, 'store' | 'blobs' | 'variables' | 'tags' | 'repository' | 'releases'>;

async function sowAll(config: Config, stores: SownStores, at: number): Promise<void> {
  stores.store.transaction(() => {
    sow(config, stores, at);
  });
  await sowContents(config, stores, at);
}

/** As after a start in a new folder. Sessions stay: a browser need not enter its token again. */
async function reset(config: Config, instance: Instance, recorders: Recorders, faults: Faults): Promise<void> {
  const { store, blobs, downloads, repository, throttles, clock } = instance;
  downloads.clear();
  const gone = store.empty();
  repository.reset();
  throttles.clear();
  faults.reset();
  await sowAll(config, instance, clock());
  recorders.api.clear();
  recorders.storage.clear();
  await blobs.remove(gone);
}

/** The object store: an origin of its own, on a port of its own. */
async function openObjects(
  settled: SettledOptions,
  given: Omit<ObjectStore, 'urls'>,
  undo: Undo,
): Promise<{ listener: Listener; urls: ObjectUrls }> {
  // The port is known only once it listens, and nobody has an address to ask before that.
  const isIpv4 = ['127.0.0.1', '0.0.0.0'].includes(settled.host);
  const scheme = settled.tls === undefined ? 'http' : 'https';
  const place = () => ({ scheme, port: listener.port, isIpv4 }) as const;
  const urls = openObjectUrls(randomBytes(32), settled.clock, place);
  const listener: Listener = await listen(
    settled.host,
    0,
    (request, response) => answerObject({ ...given, urls }, request, response),
    settled.tls,
  );
  undo.push(() => listener.close());
  return { listener, urls };
}

async function openControl(
  { controlPort }: SettledOptions,
  handle: RunningRegistry,
  undo: Undo,
): Promise<string | undefined> {
  if (controlPort === undefined) return undefined;
  const listener = await listen('127.0.0.1', controlPort, (request, response) =>
    answerControl(handle, request, response),
  );
  undo.push(() => listener.close());
  return listener.url;
}

function handleOf(
  config: Config,
  listeners: Listeners,
  { api, storage: store }: Recorders,
  ways: Pick<RunningRegistry, 'reset' | 'close'>,
): RunningRegistry {
  const projects = config.projects.map(({ id, path }) => ({ id, path }));
  return {
    url: listeners.api.url,
    apiUrl: `${listeners.api.url}/api/v4`,
    // The name that redirects give to a client that came by the address.
    storageUrl: listeners.storage?.url.replace('//127.0.0.1:', '//localhost:'),
    controlUrl: undefined,
    project: projects[0] ?? { id: 0, path: '' },
    projects,
    tokens: config.tokens.map(({ kind, token }) => ({ kind, token })),
    requests: api.requests,
    storageRequests: store.requests,
    get storageLeaks() {
      return store.requests.filter(({ credentials }) => credentials.length > 0).length;
    },
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
    ...ways,
  };
}
