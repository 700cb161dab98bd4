/** Whether this run may read the files it is to send: asked of all before anything is sent. */
import { accessSync, constants } from 'node:fs';
import { harmless } from '../../core/text.ts';

/** One sentence for each file that cannot be opened for reading; opens none. */
export function unreadableProblems(files: readonly { readonly name: string; readonly path: string }[]): string[] {
  return files.flatMap(({ name, path }) => {
    const problem = problemOf(path);
    return problem === undefined ? [] : [`${harmless(name)}: cannot be read: ${problem}`];
  });
}

/** In this thread: it takes some microseconds, and the ways to another one take more. */
function problemOf(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
