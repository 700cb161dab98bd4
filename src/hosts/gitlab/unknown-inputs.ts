/** Variables of a GitLab job that look like an input and are none: slips of the pen in one's own job. */
import { gitlabVariable } from '../../definitions/naming.ts';
import type { AnyCommand } from '../../definitions/command.ts';
import { nearest } from '../nearest.ts';
import type { Env } from '../surroundings.ts';

const PREFIX = gitlabVariable('');
/** Inputs of every component, which are used before the program runs. */
const PROGRAM = ['program', 'program-project', 'program-sha256'];

/**
 * A warning for each that is no command's: inputs may be set for a whole pipeline, so another command's
 * are fine. No value is shown.
 */
export function unknownInputNotes(env: Env, command: AnyCommand, commands: readonly AnyCommand[]): readonly string[] {
  const own = Object.keys(command.inputs).map(gitlabVariable);
  const others = [...PROGRAM, ...commands.flatMap((other) => Object.keys(other.inputs))];
  const known = new Set([...own, ...others.map(gitlabVariable)]);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((name) => {
      const meant = nearest(
        name.slice(PREFIX.length),
        own.map((other) => other.slice(PREFIX.length)),
      );
      return `${name} is ignored, for it is no input${meant === undefined ? '' : `: did you mean ${PREFIX}${meant}?`}`;
    });
}
