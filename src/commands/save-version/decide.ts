/** What to do with a variable that holds one version when another is to be saved. Pure. */
import { Failure } from '../../core/errors.ts';
import { compareVersions, type Version } from '../../core/versions/index.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput, typedSetting, typedSwitch } from '../../definitions/naming.ts';
import { nameOf } from '../shared/variable-version.ts';
import type { SaveIntent } from './intent.ts';

export interface SaveRules {
  /** Absent: whatever the variable holds. `none`: it must not exist. */
  readonly expected: string | undefined;
  readonly ifLower: 'fail' | 'keep' | 'write';
  readonly create: boolean;
  readonly platform: Platform;
}

/** The one step of a save; a refusal is its failure. */
export type SaveDecision =
  | { readonly step: 'create' }
  | { readonly step: 'write' }
  /** It holds this very version: nothing to do, whatever `expected` says. */
  | { readonly step: 'none'; readonly because: 'equal'; readonly holds: Version }
  /** It is higher, and that is fine. */
  | { readonly step: 'none'; readonly because: 'kept'; readonly holds: Version }
  | { readonly refusal: Failure };

/** `held` undefined: there is no such variable. */
export function decideSave(intent: SaveTarget, held: Version | undefined, rules: SaveRules): SaveDecision {
  const { version } = intent;
  const { expected, ifLower, create } = rules;
  if (held?.text === version.text) return { step: 'none', because: 'equal', holds: held };
  if (expected !== undefined && expected !== (held?.text ?? 'none'))
    return { refusal: unexpected(intent, held, rules) };
  if (held === undefined) return create ? { step: 'create' } : { refusal: missing(intent, rules) };
  if (compareVersions(version, held) >= 0 || ifLower === 'write') return { step: 'write' };
  return ifLower === 'keep' ? { step: 'none', because: 'kept', holds: held } : { refusal: lower(intent, held, rules) };
}

type SaveTarget = Pick<SaveIntent, 'target' | 'version'>;

function missing({ target }: SaveTarget, { platform }: SaveRules): Failure {
  return new Failure('not-found', `${nameOf(target)} does not exist, and ${typedInput('create', platform)} is false`, {
    hint: `Make it in the settings, or let this run make it with ${typedSwitch('create', true, platform)}.`,
  });
}

function unexpected({ target, version }: SaveTarget, held: Version | undefined, rules: SaveRules): Failure {
  const { platform, expected = '' } = rules;
  const state = held === undefined ? 'does not exist' : `holds ${held.text}`;
  const places = ['variable', 'group', 'environment-scope'].map((input) => typedInput(input, platform)).join(', ');
  const remedy =
    held === undefined
      ? `It was deleted, or has another name or place: check ${places}, or make it anew in the settings.`
      : `Another run has saved a version since this one began: run again, so that ${version.text} is worked out anew.`;
  return new Failure('conflict', `${nameOf(target)} ${state}, but ${typedInput('expected', platform)} is ${expected}`, {
    hint: `Nothing was written. ${remedy}`,
  });
}

function lower({ target, version }: SaveTarget, held: Version, { platform }: SaveRules): Failure {
  const [keep, write] = [typedSetting('if-lower', 'keep', platform), typedSetting('if-lower', 'write', platform)];
  return new Failure('conflict', `${nameOf(target)} holds ${held.text}, which is higher than ${version.text}`, {
    hint:
      `Nothing was written. A later run was faster, or an old run was repeated: ${keep} leaves the ` +
      `variable as it is, ${write} goes back.`,
  });
}
