/** The entries of GitHub's actions: two lines each, onto the one bundle. */
import { verbs } from '../src/verbs/index.ts';

export interface Stub {
  /** From dist/, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** One for each verb of the GitHub door, and one for the root action, whose input names the verb. */
export function generatedStubs(): readonly Stub[] {
  const names = verbs.filter((verb) => verb.doors.includes('github')).map((verb) => verb.name);
  return [...names, 'action'].map((name) => ({ path: `${name}/index.js`, content: stub(name) }));
}

function stub(word: string): string {
  return [
    `process.env.GENERIC_PACKAGES_DOOR = 'github'; process.argv.splice(2, Infinity, '${word}');`,
    "await import('../cli/index.js');",
    '',
  ].join('\n');
}
