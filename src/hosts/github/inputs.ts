/** Inputs as GitHub's runner passes them, `INPUT_<NAME>`, and the names that are wrong. */
import { quoted } from '../../core/text.ts';
import { inputsOn, isElsewhere, type AnyCommand } from '../../definitions/command.ts';
import { githubVariable } from '../../definitions/naming.ts';
import { isBlank } from '../../definitions/parse.ts';
import type { InputReading, ReadingProblem } from '../host.ts';
import { environmentLayer, gatherInputs, type InputLayer } from '../input-layers.ts';
import { isMisspelling, isNear } from '../nearest.ts';
import type { Env } from '../surroundings.ts';

const PREFIX = 'INPUT_';
/** The input of the action for all commands that names the command; an input of no command. */
export const COMMAND_INPUT = 'command';

export interface GitHubStep {
  readonly command: AnyCommand;
  /** Every command, when the action for all of them runs: it passes the inputs of each. */
  readonly siblings: readonly AnyCommand[];
  readonly env: Env;
}

/** Finds each input's text and every name that cannot have been meant. */
export function readGitHubInputs(step: GitHubStep): InputReading & { readonly notes: readonly string[] } {
  const layers = [runnerLayer(step.env), environmentLayer(step.env, 'connection')];
  const { problems, notes } = findMisspelt(step);
  return {
    raw: gatherInputs('github', step.command, layers),
    problems: [...problems, ...findInputsOfOthers(step)],
    notes,
  };
}

function runnerLayer(env: Env): InputLayer {
  return (name) => {
    const text = env[githubVariable(name)];
    return text === undefined ? undefined : { text, source: name };
  };
}

interface Misspelt {
  readonly problems: readonly ReadingProblem[];
  /** Of short names, which a workflow may have in its own `env`. */
  readonly notes: readonly string[];
}

/** Names that the runner only warns of: close to an input, or an input of another platform. */
function findMisspelt({ command, siblings, env }: GitHubStep): Misspelt {
  const own = inputsOn('github', command).map(([name]) => name);
  const known = new Set([COMMAND_INPUT, ...own, ...siblings.flatMap(inputNames)]);
  const problems: ReadingProblem[] = [];
  const notes: string[] = [];
  for (const variable of Object.keys(env)) {
    if (!variable.toUpperCase().startsWith(PREFIX)) continue;
    const typed = variable.slice(PREFIX.length).toLowerCase();
    if (known.has(typed)) continue;
    if (isElsewhere('github', command, typed)) {
      problems.push({ line: `${quoted(typed)} is not an input on GitHub: omit it` });
      continue;
    }
    const meant = own.find((name) => isMisspelling(typed, name));
    const near = own.find((name) => isNear(typed, name));
    if (meant !== undefined) {
      problems.push({ input: meant, line: `unknown input ${quoted(typed)}; did you mean ${quoted(meant)}?` });
    } else if (near !== undefined) {
      notes.push(`unknown input ${quoted(typed)} is ignored; did you mean ${quoted(near)}?`);
    }
  }
  return { problems, notes };
}

/** What was given to another command only. A secret's `auto` is its default text: nothing was given. */
function findInputsOfOthers({ command, siblings, env }: GitHubStep): readonly ReadingProblem[] {
  const owners = new Map<string, string[]>();
  for (const other of siblings) {
    for (const [name, input] of inputsOn('github', other)) {
      if (Object.hasOwn(command.inputs, name)) continue;
      const text = env[githubVariable(name)]?.trim();
      if (isBlank(text) || (input.kind === 'secret' && text === 'auto')) continue;
      owners.set(name, [...(owners.get(name) ?? []), quoted(other.name)]);
    }
  }
  return [...owners].map(([name, commands]) => ({
    line: `${quoted(name)} is an input of ${commands.join(', ')}, not of ${quoted(command.name)}`,
  }));
}

function inputNames(command: AnyCommand): readonly string[] {
  return inputsOn('github', command).map(([name]) => name);
}
