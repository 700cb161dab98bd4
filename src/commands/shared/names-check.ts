/** Checks of names and patterns that several commands take as inputs. */
import { nameProblems } from '../../core/names/file-names.ts';
import { parseNamePatterns, parsePatterns } from '../../core/patterns/patterns.ts';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';

/** The manifest is a file of the package's root, named as GitLab allows. */
export function manifestProblems(manifest: string | undefined, context: Context): readonly Problem[] {
  if (manifest === undefined) return [];
  return plainNameProblems('manifest', manifest, context);
}

/** A file of the package's root, named as GitLab allows. */
export function plainNameProblems(input: string, name: string, context: Context): readonly Problem[] {
  if (name.includes('/')) return [{ input, problem: `${quoted(name)} must be a plain file name, without a folder` }];
  return nameProblems([name], { os: context.os, direction: 'publish' }).map(({ problem }) => ({
    input,
    problem: `${quoted(name)} ${problem}`,
  }));
}

/** Of patterns over local files, below `directory`. */
export function localPatternProblems(
  input: string,
  lines: readonly string[],
  { os }: Pick<Context, 'os'>,
  directory: string,
): readonly Problem[] {
  return parsePatterns(lines, { os, directory }).problems.map((problem) => ({ input, problem }));
}

/** Of patterns over the names in a package. */
export function namePatternProblems(lines: readonly string[]): readonly Problem[] {
  return parseNamePatterns(lines).problems.map((problem) => ({ input: 'files', problem }));
}
