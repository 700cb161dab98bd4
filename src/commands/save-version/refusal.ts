/** Why a version is not saved, and what to do about it. */
import { Failure } from '../../core/errors.ts';
import type { Version } from '../../core/versions/index.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput, typedSetting, typedSwitch } from '../../definitions/naming.ts';
import { nameOf } from '../shared/variable-version.ts';
import type { SavePlan } from './plan.ts';
import type { SaveDecision, SaveRules } from './decide.ts';

export type Refused = Extract<SaveDecision, `refuse-${string}`>;

/** What a save came upon. */
export interface Met {
  readonly held: Version | undefined;
  readonly rules: SaveRules;
  readonly platform: Platform;
}

export function refusal(decision: Refused, { target, version }: SavePlan, { held, rules, platform }: Met): Failure {
  const what = nameOf(target);
  switch (decision) {
    case 'refuse-missing':
      return new Failure('not-found', `${what} does not exist, and ${typedInput('create', platform)} is false`, {
        hint: `Make it in the settings, or let this run make it with ${typedSwitch('create', true, platform)}.`,
      });
    case 'refuse-unexpected':
      return new Failure(
        'conflict',
        `${what} ${held === undefined ? 'does not exist' : `holds ${held.text}`}, where ${typedInput('expected', platform)} says ${rules.expected ?? ''}`,
        {
          hint: `Nothing was written. ${unexpected(held, version, platform)}`,
        },
      );
    case 'refuse-lower':
      return new Failure('conflict', `${what} holds ${held?.text ?? 'nothing'}, which is higher than ${version.text}`, {
        hint: `Nothing was written. A later run was faster, or an old one was repeated: ${typedSetting('if-lower', 'keep', platform)} leaves the variable as it is, ${typedSetting('if-lower', 'write', platform)} goes back.`,
      });
  }
}

function unexpected(held: Version | undefined, version: Version, platform: Platform): string {
  if (held !== undefined)
    return `Another run has saved a version since this one began: run again, so that ${version.text} is worked out anew.`;
  const inputs = ['variable', 'group', 'environment-scope'].map((input) => typedInput(input, platform)).join(', ');
  return `It was deleted, or has another name or place: check ${inputs}, or make it anew in the settings.`;
}
