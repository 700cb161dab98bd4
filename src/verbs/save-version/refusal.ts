/** Why a version is not saved, and what to do about it. */
import { Failure } from '../../core/errors.ts';
import type { Version } from '../../core/versions.ts';
import { nameOf } from '../variable-access.ts';
import type { SavePlan } from './check.ts';
import type { SaveDecision, SaveRules } from './decide.ts';

export type Refused = Extract<SaveDecision, `refuse-${string}`>;

export function refusal(decision: Refused, { target, version }: SavePlan, held: Version | undefined, { expected = '' }: SaveRules): Failure {
  const what = nameOf(target);
  switch (decision) {
    case 'refuse-missing':
      return new Failure('not-found', `${what} does not exist, and create is false`, {
        hint: 'Make it in the settings, or let this run make it with create: true.',
      });
    case 'refuse-unexpected':
      return new Failure('conflict', `${what} ${held === undefined ? 'does not exist' : `holds ${held.text}`}, where expected says ${expected}`, {
        hint: `Nothing was written. Another run has saved a version since this one began: run again, so that ${version.text} is worked out anew.`,
      });
    case 'refuse-lower':
      return new Failure('conflict', `${what} holds ${held?.text ?? 'nothing'}, which is higher than ${version.text}`, {
        hint: 'Nothing was written. A later run was faster, or an old one was repeated: if-lower: keep leaves the variable as it is, if-lower: write goes back.',
      });
  }
}
