/** Every flag that a command has, and its meaning. */
import { flag } from '../../definitions/naming.ts';
import { inputsOn, type AnyCommand } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { keptOutputs } from '../../definitions/outputs.ts';

/** The flags that every command has. */
const GLOBAL_FLAGS = ['help', 'version', 'verbose', 'json'] as const;
export type GlobalFlag = (typeof GLOBAL_FLAGS)[number];

/** Where a secret is to be found: in this variable, or in this file (`-` is standard input). */
export interface SecretPlace {
  readonly from: 'variable' | 'file';
  readonly name: string;
}

export type FlagMeaning =
  | { readonly is: 'global'; readonly takes: 'nothing'; readonly name: GlobalFlag }
  | { readonly is: 'input'; readonly takes: 'nothing'; readonly name: string }
  | { readonly is: 'input'; readonly takes: 'value'; readonly input: string }
  | { readonly is: 'secret'; readonly takes: 'value'; readonly input: string }
  | {
      readonly is: 'place';
      readonly takes: 'value';
      readonly input: string;
      readonly from: SecretPlace['from'];
    }
  | { readonly is: 'output-path'; readonly takes: 'value'; readonly output: string };

const SHORT_FLAGS: ReadonlyMap<string, GlobalFlag> = new Map([
  ['-h', 'help'],
  ['-v', 'version'],
]);

/** The flag of every command that an argument is, if it is one: `--help`, `-h`. */
export function globalFlag(argument: string): GlobalFlag | undefined {
  return SHORT_FLAGS.get(argument) ?? GLOBAL_FLAGS.find((name) => flag(name) === argument);
}

/** By name without the two dashes; short flags with their dash. */
export function listFlags(command: AnyCommand, platform: Platform): ReadonlyMap<string, FlagMeaning> {
  const meanings = new Map<string, FlagMeaning>();
  for (const name of GLOBAL_FLAGS) meanings.set(name, { is: 'global', takes: 'nothing', name });
  for (const [short, name] of SHORT_FLAGS) meanings.set(short, { is: 'global', takes: 'nothing', name });
  for (const [name, input] of inputsOn(platform, command)) {
    if (input.kind === 'secret') {
      meanings.set(name, { is: 'secret', takes: 'value', input: name });
      meanings.set(`${name}-env`, { is: 'place', takes: 'value', input: name, from: 'variable' });
      meanings.set(`${name}-file`, { is: 'place', takes: 'value', input: name, from: 'file' });
    } else if (input.kind === 'boolean') {
      meanings.set(name, { is: 'input', takes: 'nothing', name });
    } else {
      meanings.set(name, { is: 'input', takes: 'value', input: name });
    }
  }
  // A GitLab job keeps every such file in its own folder.
  if (platform !== 'terminal') return meanings;
  for (const { output, pathName } of keptOutputs(command.outputs)) {
    meanings.set(pathName, { is: 'output-path', takes: 'value', output });
  }
  return meanings;
}
