/** Variables that begin like ours and mean nothing: misspelt names, in a job, a workflow or a shell. */
import type { Platform } from '../definitions/context.ts';
import { quoted } from '../core/text.ts';
import { dotenvName } from '../definitions/job-files.ts';
import { environmentVariable, gitlabVariable } from '../definitions/naming.ts';
import type { AnyCommand } from '../definitions/command.ts';
import { findNearest } from './nearest.ts';
import type { Env } from './surroundings.ts';

const PREFIX = environmentVariable('');
const INPUT_PREFIX = gitlabVariable('');
/** Inputs of every component, which are used before the program runs. */
const PROGRAM_INPUTS = ['program', 'program-project', 'program-sha256'];
/** The program's own, and those of its templates. */
const PROGRAM_VARIABLES = ['PLATFORM', 'COMMAND', 'BIN', 'PROGRAM', 'PROGRAM_PROJECT', 'PROGRAM_SHA256'];

export interface VariableReader {
  readonly platform: Platform;
  readonly command: AnyCommand;
  /** All of them: inputs may be set for a whole pipeline, so those of another command are fine. */
  readonly commands: readonly AnyCommand[];
  /** Variables that the command line names, as with `--token-env`. */
  readonly named: readonly string[];
}

/** A warning for each variable that nothing reads, with the nearest name that this command reads. No value is shown. */
export function unknownVariableNotes(env: Env, reader: VariableReader): readonly string[] {
  const known = knownNames(reader);
  const own = ownNames(reader);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .flatMap((name) => {
      const prefix = name.startsWith(INPUT_PREFIX) ? INPUT_PREFIX : PREFIX;
      const meant = findNearest(
        name.slice(prefix.length),
        own.filter((other) => other.startsWith(prefix)).map((other) => other.slice(prefix.length)),
      );
      if (meant === undefined && isReport(name, reader.commands)) return [];
      const hint = meant === undefined ? '' : `. Did you mean ${quoted(`${prefix}${meant}`)}?`;
      return [`${quoted(name)} is ignored: it is not an input${hint}`];
    });
}

function knownNames({ commands, named }: VariableReader): ReadonlySet<string> {
  const inputs = [...PROGRAM_INPUTS, ...commands.flatMap((command) => Object.keys(command.inputs))];
  return new Set([
    ...inputs.flatMap((input) => [environmentVariable(input), gitlabVariable(input)]),
    ...PROGRAM_VARIABLES.map((name) => `${PREFIX}${name}`),
    ...named,
  ]);
}

/** Those that this command reads here; elsewhere than at a terminal the environment fills the connection only. */
function ownNames({ platform, command }: VariableReader): readonly string[] {
  return Object.entries(command.inputs).flatMap(([name, input]) => {
    const read = platform === 'terminal' || input.connection === true ? [environmentVariable(name)] : [];
    return platform === 'github' ? read : [...read, gitlabVariable(name)];
  });
}

/** An output that an earlier job reports, under a prefix that begins like ours. */
function isReport(name: string, commands: readonly AnyCommand[]): boolean {
  return commands.some((command) =>
    Object.keys(command.outputs).some((output) => name.endsWith(dotenvName(command.name, output, '_'))),
  );
}
