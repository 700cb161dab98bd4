/** What the registry gives to tests in Node, as types. Imports nothing: it is copied into the package as it stands. */

/** Options as the flags of the command `registry` give them; all of them may be absent. */
export interface RegistryOptions {
  /** 0 picks a free port. Default 8080. */
  readonly port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`; one that is not loopback needs `config`. */
  readonly host?: string | undefined;
  /** Folder that keeps packages between runs; without it a temporary one, removed by `close`. */
  readonly data?: string | undefined;
  /** The parsed JSON of `--config`: see `RegistryConfig`. */
  readonly config?: unknown;
  /** The version of GitLab to behave like, such as `17.2`. Default `18.6`. */
  readonly gitlabVersion?: string | undefined;
  /** Further names to accept in `Host`, without port. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Speak TLS, on the object store too. */
  readonly tls?: TlsFiles | undefined;
  /** Port of the control server, on 127.0.0.1 alone; 0 picks a free one. Default: none. */
  readonly controlPort?: number | undefined;
  /** Milliseconds before each answer. */
  readonly latency?: number | undefined;
  /** Share of requests that go wrong, 0 to 1. */
  readonly faultRate?: number | undefined;
  /** Default: all kinds. */
  readonly faultKinds?: readonly string[] | undefined;
  /** Default 1. */
  readonly faultSeed?: number | undefined;
  /** The parsed JSON of `--fault-script`: a list of `ScriptedFault`. */
  readonly faultScript?: unknown;
  /** Keep what was asked in `requests` and `storageRequests`: for tests only, it grows. */
  readonly record?: boolean | undefined;
  /** Milliseconds since 1970; for tests. Default: the real clock. */
  readonly clock?: (() => number) | undefined;
  /** Told of defects of ours that were answered with 500. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Told of each request that has ended. */
  readonly onRequest?: ((request: RecordedRequest) => void) | undefined;
}

/** Certificate and key as PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** A project by its id or its full path. @public */
export type ProjectReference = number | string;

/** The config; keys are those of the file. @public */
export interface RegistryConfig {
  readonly projects: readonly {
    readonly id: number;
    readonly path: string;
    readonly visibility?: 'private' | 'internal' | 'public';
    readonly packages_enabled?: boolean;
    readonly public_packages?: boolean;
    readonly default_branch?: string;
  }[];
  readonly tokens?: readonly {
    readonly token: string;
    readonly kind: 'personal' | 'job' | 'deploy' | 'oauth';
    readonly role?: 'none' | 'guest' | 'reporter' | 'developer' | 'maintainer' | 'owner';
    readonly scopes?: readonly string[];
    readonly permissions?: readonly string[];
    readonly project?: ProjectReference;
    readonly allowlist?: readonly ProjectReference[];
    readonly revoked?: boolean;
    readonly expired?: boolean;
  }[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly variables?: readonly {
    readonly project?: ProjectReference;
    readonly group?: string;
    readonly key: string;
    readonly value: string;
    readonly [field: string]: unknown;
  }[];
  readonly tags?: readonly {
    readonly project: ProjectReference;
    readonly name: string;
    readonly ref?: string;
    readonly message?: string;
  }[];
  readonly branches?: readonly { readonly project: ProjectReference; readonly name: string; readonly commit: string }[];
  readonly commits?: readonly {
    readonly project: ProjectReference;
    readonly sha: string;
    readonly missing_answers?: number;
  }[];
  readonly packages?: readonly {
    readonly project: ProjectReference;
    readonly name: string;
    readonly version: string;
    readonly status?: 'default' | 'hidden';
    readonly files?: readonly { readonly name: string; readonly text?: string; readonly base64?: string }[];
  }[];
  readonly releases?: readonly {
    readonly project: ProjectReference;
    readonly tag: string;
    readonly name?: string;
    readonly description?: string;
    readonly links?: readonly {
      readonly name: string;
      readonly url: string;
      readonly direct_asset_path?: string;
      readonly link_type?: 'other' | 'runbook' | 'image' | 'package';
    }[];
  }[];
}

/** One item of a fault script: the `nth` request that matches, and `times - 1` after it, meet the fault. @public */
export interface ScriptedFault {
  readonly method?: string;
  /** As sent, without the query; `*` stands for anything. */
  readonly path?: string;
  readonly on?: 'api' | 'storage';
  readonly nth?: number;
  readonly times?: number;
  readonly fault: FaultKind;
}

/**
 * - `500` `502` `429`: answered instead of doing what was asked.
 * - `reset`: the connection is cut before anything is done.
 * - `reset-after-store`: done, then cut before the answer.
 * - `truncate` `stall` `corrupt`: half of a file's bytes and the end, half and then silence, one byte wrong.
 *   Of a large upload that stalls only the first bytes are read.
 */
export type FaultKind = '500' | '502' | '429' | 'reset' | 'reset-after-store' | 'truncate' | 'stall' | 'corrupt';

/** The header, parameter or scheme that a credential came in. */
export type CredentialForm =
  'PRIVATE-TOKEN' | 'JOB-TOKEN' | 'DEPLOY-TOKEN' | 'Bearer' | 'Basic' | 'private_token' | 'job_token' | 'access_token';

/** Holds secrets: it never leaves the process that started the registry. */
export interface RecordedRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Every form of credential that came, whether or not the route looked at it. */
  readonly credentials: readonly CredentialForm[];
  /** 0 until the answer is out, and when the connection was cut before it. */
  status: number;
  fault: FaultKind | undefined;
  /** Bytes that the connection brought since this request's head, so far. */
  readonly received: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  ended: number | undefined;
  /** Requests in flight on this server when this one came, itself included. */
  readonly inFlight: number;
}

/** A registry that is up. */
export interface RunningRegistry {
  /** `http://127.0.0.1:41234`, without a slash at its end. */
  readonly url: string;
  /** Root of the REST API: `url` and `/api/v4`. */
  readonly apiUrl: string;
  /** Origin of the object store; only with `object_storage: redirect`. */
  readonly storageUrl: string | undefined;
  /** Origin of the control server; only with `controlPort`. */
  readonly controlUrl: string | undefined;
  /** The first project of the config. */
  readonly project: { readonly id: number; readonly path: string };
  readonly projects: readonly { readonly id: number; readonly path: string }[];
  readonly tokens: readonly { readonly kind: 'personal' | 'job' | 'deploy' | 'oauth'; readonly token: string }[];
  /** With `record`: what came to the API, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** With `record`: what came to the object store. */
  readonly storageRequests: readonly RecordedRequest[];
  /** With `record`: how many requests brought a credential to the object store, which no client should do. */
  readonly storageLeaks: number;
  /** With `record`: the most API requests that were in flight at once. */
  readonly maxInFlight: number;
  /** The same for the object store. */
  readonly storageMaxInFlight: number;
  /** Empties both records. */
  forget(): void;
  /** Makes everything as it was at the start: what was published goes, ids, faults and throttles begin anew. */
  reset(): Promise<void>;
  /** Stops at once, cutting what is in flight, and removes what it kept unless `data` was given. */
  close(): Promise<void>;
}
