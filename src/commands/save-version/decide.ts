/** What to do with a variable that holds one version when another is to be saved. Pure. */
import { compareVersions, type Version } from '../../core/versions/index.ts';

export interface SaveRules {
  /** Absent: whatever the variable holds. `none`: it must not exist. */
  readonly expected: string | undefined;
  readonly ifLower: 'fail' | 'keep' | 'write';
  readonly create: boolean;
}

export type SaveDecision =
  | 'create'
  | 'write'
  /** It holds this very version: nothing to do, whatever `expected` says. */
  | 'equal'
  /** It is higher, and that is fine. */
  | 'keep'
  | 'refuse-missing'
  | 'refuse-unexpected'
  | 'refuse-lower';

/** `held` undefined: there is no such variable. */
export function decideSave(
  version: Version,
  held: Version | undefined,
  { expected, ifLower, create }: SaveRules,
): SaveDecision {
  if (held?.text === version.text) return 'equal';
  if (expected !== undefined && expected !== (held?.text ?? 'none')) return 'refuse-unexpected';
  if (held === undefined) return create ? 'create' : 'refuse-missing';
  if (compareVersions(version, held) >= 0 || ifLower === 'write') return 'write';
  return ifLower === 'keep' ? 'keep' : 'refuse-lower';
}
