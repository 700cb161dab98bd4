/** What the embedded registry is started with, and the strict check of it. Not the config file: config.ts. */
import { Failure } from '../core/errors.ts';
import type { RecordedRequest, RegistryOptions, TlsFiles } from './public.ts';
import { readFaultScript } from './wire/fault-script.ts';
import { FAULT_KINDS, type FaultKind } from './wire/faults.ts';
import { DEFAULT_PROFILE, PROFILES, type Profile } from './profiles.ts';

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
  readonly faultScript: ReturnType<typeof readFaultScript>;
  readonly tls: TlsFiles | undefined;
  readonly controlPort: number | undefined;
  readonly record: boolean;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
  readonly onRequest: ((request: RecordedRequest) => void) | undefined;
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
    faultScript: readFaultScript(options.faultScript ?? []),
    tls: options.tls,
    controlPort: options.controlPort === undefined ? undefined : integer('control-port', options.controlPort, 0, 65535),
    record: options.record ?? false,
    clock: options.clock ?? Date.now,
    onError: options.onError ?? ignore,
    onRequest: options.onRequest,
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
