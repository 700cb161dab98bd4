/** One request on its way through the registry, and the instance that answers it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { identify, type AuthRule, type Caller, ruleIn } from '../access/auth.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { Settings } from '../config/settings.ts';
import type { Credential } from '../access/credentials.ts';
import type { Directory } from '../config/directory.ts';
import type { Downloads } from '../packages/download-times.ts';
import type { FaultKind } from './faults.ts';
import type { Listing } from '../storage/listing.ts';
import type { Overview } from '../storage/overview.ts';
import type { ObjectUrls } from '../storage/object-urls.ts';
import type { Sessions } from '../pages/sessions.ts';
import type { PackagePipelines } from '../packages/pipelines.ts';
import type { Profile } from '../profiles.ts';
import type { Store } from '../storage/store.ts';
import type { Throttles } from './throttle.ts';
import type { Repository } from '../repository/repository.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { TagStore } from '../tags/tag-store.ts';
import type { VariableStore } from '../variables/variable-store.ts';

/** Everything that handlers work with; one for the life of a server. */
export interface Instance {
  readonly settings: Settings;
  readonly profile: Profile;
  readonly directory: Directory;
  readonly store: Store;
  readonly listing: Listing;
  readonly overview: Overview;
  readonly variables: VariableStore;
  readonly tags: TagStore;
  readonly releases: ReleaseStore;
  readonly repository: Repository;
  readonly blobs: Blobs;
  readonly downloads: Downloads;
  readonly throttles: Throttles;
  readonly pipelines: PackagePipelines;
  /** Tokens entered in browsers. */
  readonly sessions: Sessions;
  /** Only with `object_storage: redirect`. */
  readonly objects: ObjectUrls | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** By that clock. */
  readonly startedAt: number;
  /** Aborted when the registry stops: nothing is worth waiting for any more. */
  readonly closing: AbortSignal;
}

/** One request. */
export interface Call {
  readonly instance: Instance;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the route's pattern named, decoded. */
  readonly params: ReadonlyMap<string, string>;
  /** What the pattern's last `*` stands for, decoded; at least one segment, or none without `*`. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
  readonly credentials: readonly Credential[];
  /** What this request shall meet while it is answered. */
  readonly fault: FaultKind | undefined;
  readonly upload: UploadState;
}

/** What happened to the request's body so far. */
interface UploadState {
  /** `Expect: 100-continue` came and was not answered yet. */
  expectsContinue: boolean;
  /** Somebody has begun to read. */
  opened: boolean;
}

/** Says 100 if the client waits for it, and passes the body. */
export function openBody(call: Call): IncomingMessage {
  if (call.upload.expectsContinue) call.response.writeContinue();
  call.upload.expectsContinue = false;
  call.upload.opened = true;
  return call.request;
}

/** A parameter that the route's pattern has. */
export function param(call: Call, name: string): string {
  const value = call.params.get(name);
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}

/** Who asks, by the rules of this route and version. */
export function callerOf(call: Call, rule: AuthRule): Caller {
  const { profile, directory } = call.instance;
  const where = call.params.get('project') ?? call.params.get('group') ?? '';
  const path = directory.project(where)?.path ?? directory.group(where)?.path;
  return identify(call.credentials, directory.tokens, ruleIn(profile, rule), path);
}

/** `https://host:port` as the client wrote it, to this server or to the proxy before it. */
export function originOf({ request }: Pick<Call, 'request'>): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const [proto = ''] = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',', 1) ?? [];
  const isTls = 'encrypted' in request.socket;
  const scheme = /^https?$/i.test(proto.trim()) ? proto.trim().toLowerCase() : `http${isTls ? 's' : ''}`;
  return `${scheme}://${request.headers.host ?? 'localhost'}`;
}
