/** The entries of GitHub's actions: two lines each, onto the one bundle. */
import { commands } from '../src/commands/index.ts';

export interface Stub {
  /** From dist/, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** One for each command of the GitHub platform, and one for the root action, whose input names the command. */
export function generatedStubs(): readonly Stub[] {
  const names = commands.filter((command) => command.platforms.includes('github')).map((command) => command.name);
  return [...names, 'action'].map((name) => ({ path: `${name}/index.js`, content: stub(name) }));
}

function stub(word: string): string {
  return [
    `process.env.GENERIC_PACKAGES_PLATFORM = 'github'; process.argv.splice(2, Infinity, '${word}');`,
    "await import('../cli/index.js');",
    '',
  ].join('\n');
}
