/** What the embedded registry is started with, and the strict check of it. Not the config file: config.ts. */
import { Failure } from '../core/errors.ts';
import { FAULT_KINDS, type FaultKind } from './wire/faults.ts';
import { DEFAULT_PROFILE, PROFILES, type Profile } from './profiles.ts';

/** Options as the flags of the command `registry` give them; all of them may be absent. */
export interface RegistryOptions {
  /** 0 picks a free port. Default 8080. */
  readonly port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`; one that is not loopback needs `config`. */
  readonly host?: string | undefined;
  /** Folder that keeps packages between runs; without it a temporary one, removed by `close`. */
  readonly data?: string | undefined;
  /** The parsed JSON of `--config`. */
  readonly config?: unknown;
  /** One of the versions in profiles.ts. Default: the newest. */
  readonly gitlabVersion?: string | undefined;
  /** Further names to accept in `Host`, without port. */
  readonly allowHosts?: readonly string[] | undefined;
  /** Milliseconds before each answer. */
  readonly latency?: number | undefined;
  /** Share of requests that go wrong, 0 to 1. */
  readonly faultRate?: number | undefined;
  /** Default: all kinds. */
  readonly faultKinds?: readonly string[] | undefined;
  /** Default 1. */
  readonly faultSeed?: number | undefined;
  /** Keep what was asked in `requests` and `storageRequests`: for tests only, it grows. */
  readonly record?: boolean | undefined;
  /** Milliseconds since 1970; for tests. Default: the real clock. */
  readonly clock?: (() => number) | undefined;
  /** Told of defects of ours that were answered with 500. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Options after the check, defaults filled in. */
export interface SettledOptions {
  readonly port: number;
  readonly host: string;
  readonly data: string | undefined;
  readonly profile: Profile;
  readonly allowHosts: readonly string[];
  readonly latency: number;
  readonly faultRate: number;
  readonly faultKinds: readonly FaultKind[];
  readonly faultSeed: number;
  readonly record: boolean;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

/** True for names and addresses that only this machine can reach. */
function isLoopback(host: string): boolean {
  const name = bareHost(host);
  if (name === 'localhost' || name === '::1') return true;
  const parts = name.split('.');
  return parts.length === 4 && parts[0] === '127' && parts.every((part) => /^\d{1,3}$/.test(part));
}

/** An IPv6 address without its brackets, everything in lower case. */
export function bareHost(host: string): string {
  const name = host.toLowerCase();
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** Checks all options; throws one `usage` failure that lists every problem. */
export function settleOptions(options: RegistryOptions): SettledOptions {
  const problems: string[] = [];
  const integer = (name: string, given: number | undefined, fallback: number, max: number): number => {
    const value = given ?? fallback;
    if (Number.isInteger(value) && value >= 0 && value <= max) return value;
    problems.push(`${name} is ${value}; expected an integer from 0 to ${max}`);
    return fallback;
  };
  const settled: SettledOptions = {
    port: integer('port', options.port, 8080, 65535),
    host: bareHost((options.host ?? '127.0.0.1').trim()),
    data: options.data,
    profile: profileOf(options.gitlabVersion ?? DEFAULT_PROFILE.version, problems),
    allowHosts: (options.allowHosts ?? []).map(bareHost),
    latency: integer('latency', options.latency, 0, 3_600_000),
    faultRate: rateOf(options.faultRate ?? 0, problems),
    faultKinds: kindsOf(options.faultKinds ?? FAULT_KINDS, problems),
    faultSeed: integer('fault-seed', options.faultSeed, 1, 0xffff_ffff),
    record: options.record ?? false,
    clock: options.clock ?? Date.now,
    onError: options.onError ?? ignore,
  };
  if (settled.host === '') problems.push('host is empty; expected an address or a name');
  else if (!isLoopback(settled.host) && options.config === undefined) {
    problems.push(`host ${settled.host} can be reached from other machines and needs a config with tokens of your own`);
  }
  if (problems.length > 0) {
    throw new Failure('usage', 'The registry cannot start with these options.', { problems });
  }
  return settled;
}

function profileOf(version: string, problems: string[]): Profile {
  const profile = PROFILES.find((known) => known.version === version);
  if (profile !== undefined) return profile;
  const known = PROFILES.map((each) => each.version).join(', ');
  problems.push(`gitlab-version is ${JSON.stringify(version)}; expected one of ${known}`);
  return DEFAULT_PROFILE;
}

function rateOf(rate: number, problems: string[]): number {
  if (rate >= 0 && rate <= 1) return rate;
  problems.push(`fault-rate is ${rate}; expected a number from 0 to 1`);
  return 0;
}

function kindsOf(kinds: readonly string[], problems: string[]): FaultKind[] {
  const known: FaultKind[] = [];
  for (const kind of kinds) {
    const match = FAULT_KINDS.find((each) => each === kind);
    if (match === undefined) {
      problems.push(`fault-kinds has ${JSON.stringify(kind)}; expected some of ${FAULT_KINDS.join(', ')}`);
    } else known.push(match);
  }
  if (kinds.length === 0) problems.push(`fault-kinds is empty; expected some of ${FAULT_KINDS.join(', ')}`);
  return known;
}

function ignore(): void {
  // Nobody asked to be told.
}
