/**
 * Inputs as GitHub's runner hands them over, `INPUT_<NAME>`, and the names that are slips of the
 * pen.
 */
import { githubVariable } from '../../definitions/naming.ts';
import { isBlank } from '../../definitions/parse.ts';
import type { AnyCommand } from '../../definitions/command.ts';
import type { Reading, ReadingProblem } from '../host.ts';
import { environmentLayer, gatherInputs, type Layer } from '../input-layers.ts';
import { editDistance } from '../nearest.ts';
import type { Env } from '../surroundings.ts';

const PREFIX = 'INPUT_';
/** The input of the action for all commands that names the command; an input of no command. */
export const COMMAND_INPUT = 'command';

export interface GitHubReading {
  readonly command: AnyCommand;
  /** Every command, when the action for all of them runs: it passes the inputs of each. */
  readonly siblings: readonly AnyCommand[];
  readonly env: Env;
}

/** Finds each input's text and every name that cannot have been meant. */
export function readGitHubInputs({ command, siblings, env }: GitHubReading): Reading {
  const layers = [runnerLayer(env), environmentLayer(env, 'connection')];
  const problems = [...misspelt(env, command, siblings), ...foreign(env, command, siblings)];
  return { raw: gatherInputs(command, layers), problems };
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
function misspelt(env: Env, command: AnyCommand, siblings: readonly AnyCommand[]): readonly ReadingProblem[] {
  const own = Object.keys(command.inputs);
  const known = new Set([COMMAND_INPUT, ...own, ...siblings.flatMap((other) => Object.keys(other.inputs))]);
  const problems: ReadingProblem[] = [];
  for (const variable of Object.keys(env)) {
    if (!variable.toUpperCase().startsWith(PREFIX)) continue;
    const typed = variable.slice(PREFIX.length).toLowerCase();
    if (known.has(typed)) continue;
    const meant = own.find((name) => isSlip(typed, name));
    if (meant === undefined) continue;
    problems.push({
      input: meant,
      line: `${typed}: is no input of \`${command.name}\`; did you mean \`${meant}\`?`,
    });
  }
  return problems;
}

function isSlip(typed: string, name: string): boolean {
  if (typed.replaceAll('_', '-') === name) return true;
  return Math.abs(typed.length - name.length) <= 2 && editDistance(typed, name) <= 2;
}

/** What was said to another command only. A secret's `auto` is its default text: nothing was said. */
function foreign(env: Env, command: AnyCommand, siblings: readonly AnyCommand[]): readonly ReadingProblem[] {
  const owners = new Map<string, string[]>();
  for (const other of siblings) {
    for (const [name, input] of Object.entries(other.inputs)) {
      if (Object.hasOwn(command.inputs, name)) continue;
      const text = env[githubVariable(name)]?.trim();
      if (isBlank(text) || (input.kind === 'secret' && text === 'auto')) continue;
      owners.set(name, [...(owners.get(name) ?? []), `\`${other.name}\``]);
    }
  }
  return [...owners].map(([name, commands]) => ({
    line: `${name}: is an input of ${commands.join(', ')}, not of \`${command.name}\``,
  }));
}
