/** Outputs and failures as the JSON that `--json` prints. Pure. */
import type { Failure } from '../../core/errors.ts';
import type { DeliveredOutput } from '../host.ts';

/** Typed outputs by name; `whole` has every list in full, however long. */
export function outputsObject(
  outputs: readonly DeliveredOutput[],
  which: 'whole' | 'shown',
): Readonly<Record<string, unknown>> {
  const object = Object.create(null) as Record<string, unknown>;
  for (const output of outputs) object[output.name] = which === 'whole' ? output.value : output.shown;
  return object;
}

/** `clean` hides secrets. The hint is empty where there is none. */
export function errorObject(failure: Failure, clean: (text: string) => string): object {
  const { code, message, hint = '' } = failure;
  const problems = [...failure.problems, ...failure.left].map(clean);
  return { error: { code, message: clean(message), problems, hint: clean(hint) } };
}
