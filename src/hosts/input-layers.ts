/** The order in which a platform looks for an input: what is closer to the user wins, blank is not given. */
import type { Platform } from '../definitions/context.ts';
import type { Input } from '../definitions/inputs.ts';
import { environmentVariable, gitlabVariable } from '../definitions/naming.ts';
import { isBlank, type Raw, type RawInputs } from '../definitions/parse.ts';
import { inputsOn, type AnyCommand } from '../definitions/command.ts';
import type { Env } from './surroundings.ts';

/** One place to look in; undefined where the place does not have the input at all. */
export type InputLayer = (name: string, input: Input) => Raw | undefined;

/**
 * The first layer that has a text for an input decides. A secret that is there but blank is such a text:
 * it was named and arrived empty. `auto` is the text of a secret that was not named.
 */
export function gatherInputs(platform: Platform, command: AnyCommand, layers: readonly InputLayer[]): RawInputs {
  const gathered = new Map<string, Raw>();
  for (const [name, input] of inputsOn(platform, command)) {
    const found = layers
      .map((layer) => layer(name, input))
      .find((raw) => raw !== undefined && isGiven(raw.text, input));
    if (found !== undefined) gathered.set(name, found);
  }
  return gathered;
}

/**
 * `GENERIC_PACKAGES_INPUT_<NAME>`: what our GitLab templates pass. GitLab takes no blank as the
 * default of a boolean or a number, so there the default's own text stands for *not given*, and an
 * instance's or project's `GENERIC_PACKAGES_<NAME>` counts.
 */
export function templateLayer(env: Env): InputLayer {
  return (name, input) => {
    const raw = fromVariable(env, gitlabVariable(name));
    const isDefault = input.connection && 'default' in input && raw?.text.trim() === input.default;
    return isDefault ? undefined : raw;
  };
}

/** `GENERIC_PACKAGES_<NAME>` for every input, or for the connection's only. */
export function environmentLayer(env: Env, which: 'every input' | 'connection'): InputLayer {
  return (name, input) =>
    which === 'every input' || input.connection ? fromVariable(env, environmentVariable(name)) : undefined;
}

/** The text of a variable, blank or not, under the variable's name. */
function fromVariable(env: Env, name: string): Raw | undefined {
  const text = env[name];
  return text === undefined ? undefined : { text, source: name };
}

function isGiven(text: string, input: Input): boolean {
  return input.kind === 'secret' ? text.trim() !== 'auto' : !isBlank(text);
}
