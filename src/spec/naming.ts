/** How an input is called in each door. The parsers, the generator and the help all ask here. */

/** The variable in which GitHub's runner hands an input over: `INPUT_PACKAGE-NAME`. */
export function githubVariable(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}

/** The variable in which our GitLab templates hand an input over. */
export function gitlabVariable(input: string): string {
  return `GENERIC_PACKAGES_INPUT_${variableSuffix(input)}`;
}

/** The variable that fills an input when nothing closer does. */
export function environmentVariable(input: string): string {
  return `GENERIC_PACKAGES_${variableSuffix(input)}`;
}

export function flag(input: string): string {
  return `--${input}`;
}

function variableSuffix(input: string): string {
  return input.replaceAll('-', '_').toUpperCase();
}
