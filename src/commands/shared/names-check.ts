/** Checks of names and patterns that several commands take as inputs. */
import { nameProblems } from '../../core/names/file-names.ts';
import { parsePatterns } from '../../core/patterns/patterns.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';

/** The manifest is a file of the package's root, named as GitLab allows. */
export function manifestProblems(manifest: string | undefined, context: Context): readonly Problem[] {
  if (manifest === undefined) return [];
  return plainNameProblems('manifest', manifest, context);
}

/** A file of the package's root, named as GitLab allows. */
export function plainNameProblems(input: string, name: string, context: Context): readonly Problem[] {
  if (name.includes('/')) return [{ input, problem: `\`${name}\` must be a plain file name` }];
  return nameProblems([name], { os: context.os, direction: 'publish' }).map(({ problem }) => ({
    input,
    problem: `\`${name}\` ${problem}`,
  }));
}

/** `directory` absent: patterns are over names, and absolute ones have no meaning. */
export function patternProblems(files: readonly string[], context: Context, directory?: string): readonly Problem[] {
  const options = { os: context.os, ...(directory === undefined ? {} : { directory }) };
  return parsePatterns(files, options).problems.map((problem) => ({ input: 'files', problem }));
}
