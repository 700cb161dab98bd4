/** What `@actions/glob` itself refuses as a pattern: its judgement, so that the syntax is really its own. */
import { create } from '@actions/glob';

import { quoted } from '../text.ts';

/** One sentence for each line it refuses. Only parses: its search writes runner commands to standard output. */
export async function globProblems(lines: readonly string[]): Promise<string[]> {
  const problems = await Promise.all(lines.map(problemOf));
  return problems.filter((problem) => problem !== undefined);
}

async function problemOf(line: string): Promise<string | undefined> {
  try {
    await create(line);
    return undefined;
  } catch (error) {
    return (
      `${quoted(line)} is refused by the pattern syntax: ` + (error instanceof Error ? error.message : String(error))
    );
  }
}
