/** The throttles among the settings, named as an administrator of GitLab sets them. Counting is wire/throttle.ts. */
import type { Reader } from './reader.ts';

/** One that is switched on. */
export interface Throttle {
  readonly name: string;
  readonly authenticated: boolean;
  /** For the generic routes and others below `packages/`; a general one counts what no such one counts. */
  readonly packages: boolean;
  readonly requests: number;
  /** Seconds. */
  readonly period: number;
}

/** GitLab's defaults, once switched on. */
const THROTTLES = [
  { name: 'throttle_unauthenticated_packages_api', authenticated: false, packages: true, requests: 800, period: 15 },
  { name: 'throttle_authenticated_packages_api', authenticated: true, packages: true, requests: 1000, period: 15 },
  { name: 'throttle_unauthenticated_api', authenticated: false, packages: false, requests: 3600, period: 3600 },
  { name: 'throttle_authenticated_api', authenticated: true, packages: false, requests: 7200, period: 3600 },
] as const satisfies readonly Throttle[];

const SUFFIXES = ['enabled', 'requests_per_period', 'period_in_seconds'];

export const THROTTLE_KEYS = THROTTLES.flatMap(({ name }) => SUFFIXES.map((suffix) => `${name}_${suffix}`));

/** The throttles that the settings switch on; those for packages come first. */
export function readThrottles(settings: Reader): readonly Throttle[] {
  return THROTTLES.map((known) => ({
    ...known,
    requests: settings.integer(`${known.name}_requests_per_period`, known.requests, 1, 1_000_000_000),
    period: settings.integer(`${known.name}_period_in_seconds`, known.period, 1, 1_000_000_000),
    enabled: settings.flag(`${known.name}_enabled`, false),
  })).flatMap(({ enabled, ...throttle }) => (enabled ? [throttle] : []));
}
