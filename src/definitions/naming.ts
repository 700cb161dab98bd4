/** What an input is called on each platform. The parsers, the generator and the help all ask here. */
import type { Platform } from './context.ts';

/** The variable in which GitHub's runner passes an input: `INPUT_PACKAGE-NAME`. */
export function githubVariable(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}

/** The variable in which our GitLab templates pass an input. */
export function gitlabVariable(input: string): string {
  return `GENERIC_PACKAGES_INPUT_${variableSuffix(input)}`;
}

/** The variable that fills an input when nothing closer does. */
export function environmentVariable(input: string): string {
  return `GENERIC_PACKAGES_${variableSuffix(input)}`;
}

/** The flag of an input at the terminal: `--package-name`. */
export function flag(input: string): string {
  return `--${input}`;
}

/** As people type it on this platform: flags at the terminal, bare names elsewhere. */
export function typedInput(input: string, platform: Platform): string {
  return platform === 'terminal' ? flag(input) : input;
}

/** An input with a value, the same way: `--if-lower keep`, `if-lower: keep`. */
export function typedSetting(input: string, value: string, platform: Platform): string {
  return platform === 'terminal' ? `${flag(input)} ${value}` : `${input}: ${value}`;
}

/** A boolean input, switched: `--create`, `--no-create`, `create: true`. A flag takes no word after it. */
export function typedSwitch(input: string, on: boolean, platform: Platform): string {
  return platform === 'terminal' ? flag(on ? input : `no-${input}`) : `${input}: ${String(on)}`;
}

/** Where the terminal takes a secret, which no argument may hold. */
export function secretPlaces(input: string): string {
  return `${environmentVariable(input)}, ${flag(input)}-env or ${flag(input)}-file`;
}

function variableSuffix(input: string): string {
  return input.replaceAll('-', '_').toUpperCase();
}
