/**
 * Which claims go: numbers that no pipeline holds any more and that no later version can be given. Pure; what a claim
 * is stands in transfer/remote/claims.ts.
 */
import {
  compareOrdered,
  isStableOrdered,
  readOrdered,
  type OrderedVersion,
} from '../../core/versions/version-order.ts';
import { isVisible } from '../../gitlab/api/packages.ts';
import { isOver, type PlanRow } from './decide.ts';
import type { VersionFacts } from './facts.ts';

export interface ClaimRules {
  /** Milliseconds. */
  readonly deleteAfter: number;
  /** As in `Facts`. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
const NUMBER = /^\d+\.\d+\.\d+$/;

/** The rows of numbers that go, of one package's claims. `staying`: that package's versions as they were decided. */
export function decideClaims(
  claims: readonly VersionFacts[],
  staying: readonly PlanRow[],
  rules: ClaimRules,
): readonly VersionFacts[] {
  const numbers = claims.flatMap((facts) => {
    const order = NUMBER.test(facts.version) ? readOrdered(facts.version) : undefined;
    return order === undefined ? [] : [{ facts, order }];
  });
  const published = highestByLine(staying.flatMap(stableOf));
  const claimed = highestByLine(numbers.map(({ order }) => order));
  return numbers
    .filter(({ facts, order }) => {
      const line = lineOf(order);
      const highest = published.get(line);
      if (highest === undefined || compareOrdered(order, highest) >= 0) return false;
      return order.text !== claimed.get(line)?.text && isDue(facts, rules);
    })
    .map(({ facts }) => facts);
}

/** Of what stays: what people see, and what has a number that counts. */
function stableOf({ facts, verdict, type }: PlanRow): readonly OrderedVersion[] {
  const order = readOrdered(facts.version);
  if (verdict === 'delete' || type !== 'stable' || !isVisible(facts) || order === undefined) return [];
  return isStableOrdered(order) ? [order] : [];
}

function isDue({ createdAt, pipeline }: VersionFacts, { deleteAfter, now }: ClaimRules): boolean {
  const age = now - Date.parse(createdAt);
  return age > Math.max(DAY_MS, deleteAfter) && (pipeline === undefined || isOver(pipeline, now));
}

function highestByLine(versions: readonly OrderedVersion[]): ReadonlyMap<string, OrderedVersion> {
  const highest = new Map<string, OrderedVersion>();
  for (const version of versions) {
    const known = highest.get(lineOf(version));
    if (known === undefined || compareOrdered(version, known) > 0) highest.set(lineOf(version), version);
  }
  return highest;
}

function lineOf({ numbers: [major = '0', minor = '0'] }: OrderedVersion): string {
  return `${major}.${minor}`;
}
