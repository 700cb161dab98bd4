/**
 * Inputs as GitHub's runner hands them over, `INPUT_<NAME>`, and the names that are slips of the
 * pen.
 */
import { githubVariable } from '../../spec/naming.ts';
import { isBlank } from '../../spec/parse.ts';
import type { AnyVerb } from '../../spec/verb.ts';
import type { Reading, ReadingProblem } from '../host.ts';
import { environmentLayer, gatherInputs, type Layer } from '../input-layers.ts';
import { editDistance } from '../nearest.ts';
import type { Env } from '../surroundings.ts';

const PREFIX = 'INPUT_';
/** The input of the action for all verbs that names the verb; an input of no verb. */
export const VERB_INPUT = 'verb';

export interface GitHubReading {
  readonly verb: AnyVerb;
  /** Every verb, when the action for all of them runs: it hands over the inputs of each. */
  readonly siblings: readonly AnyVerb[];
  readonly env: Env;
}

/** Finds each input's text and every name that cannot have been meant. */
export function readGitHubInputs({ verb, siblings, env }: GitHubReading): Reading {
  const layers = [runnerLayer(env), environmentLayer(env, 'connection')];
  const problems = [...misspelt(env, verb, siblings), ...foreign(env, verb, siblings)];
  return { raw: gatherInputs(verb, layers), problems };
}

function runnerLayer(env: Env): Layer {
  return (name) => {
    const text = env[githubVariable(name)];
    return text === undefined ? undefined : { text, source: name };
  };
}

/**
 * Names the runner only warns of: within two edits of an input, or the same but for `_` and `-`.
 */
function misspelt(env: Env, verb: AnyVerb, siblings: readonly AnyVerb[]): readonly ReadingProblem[] {
  const own = Object.keys(verb.inputs);
  const known = new Set([VERB_INPUT, ...own, ...siblings.flatMap((other) => Object.keys(other.inputs))]);
  const problems: ReadingProblem[] = [];
  for (const variable of Object.keys(env)) {
    if (!variable.toUpperCase().startsWith(PREFIX)) continue;
    const typed = variable.slice(PREFIX.length).toLowerCase();
    if (known.has(typed)) continue;
    const meant = own.find((name) => isSlip(typed, name));
    if (meant === undefined) continue;
    problems.push({
      input: meant,
      line: `${typed}: is no input of \`${verb.name}\`; did you mean \`${meant}\`?`,
    });
  }
  return problems;
}

function isSlip(typed: string, name: string): boolean {
  if (typed.replaceAll('_', '-') === name) return true;
  return Math.abs(typed.length - name.length) <= 2 && editDistance(typed, name) <= 2;
}

/** What was said to another verb only. A secret's `auto` is its default text: nothing was said. */
function foreign(env: Env, verb: AnyVerb, siblings: readonly AnyVerb[]): readonly ReadingProblem[] {
  const owners = new Map<string, string[]>();
  for (const other of siblings) {
    for (const [name, input] of Object.entries(other.inputs)) {
      if (Object.hasOwn(verb.inputs, name)) continue;
      const text = env[githubVariable(name)]?.trim();
      if (isBlank(text) || (input.kind === 'secret' && text === 'auto')) continue;
      owners.set(name, [...(owners.get(name) ?? []), `\`${other.name}\``]);
    }
  }
  return [...owners].map(([name, verbs]) => ({
    line: `${name}: is an input of ${verbs.join(', ')}, not of \`${verb.name}\``,
  }));
}
