/** Variables of a GitLab job that look like an input and are not: misspelt names in one's own job. */
import { gitlabVariable } from '../../definitions/naming.ts';
import { inputsOn, type AnyCommand } from '../../definitions/command.ts';
import { findNearest } from '../nearest.ts';
import type { Env } from '../surroundings.ts';

const PREFIX = gitlabVariable('');
/** Inputs of every component, which are used before the program runs. */
const PROGRAM = ['program', 'program-project', 'program-sha256'];

/**
 * A warning for each that no command has: inputs may be set for a whole pipeline, so another command's
 * are fine. No value is shown.
 */
export function unknownInputNotes(env: Env, command: AnyCommand, commands: readonly AnyCommand[]): readonly string[] {
  const own = inputNames(command).map(gitlabVariable);
  const others = [...PROGRAM, ...commands.flatMap(inputNames)];
  const known = new Set([...own, ...others.map(gitlabVariable)]);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => {
      const meant = findNearest(
        name.slice(PREFIX.length),
        own.map((other) => other.slice(PREFIX.length)),
      );
      return `${name} is ignored: it is not an input${meant === undefined ? '' : `. Did you mean ${PREFIX}${meant}?`}`;
    });
}

function inputNames(command: AnyCommand): readonly string[] {
  return inputsOn('gitlab', command).map(([name]) => name);
}
