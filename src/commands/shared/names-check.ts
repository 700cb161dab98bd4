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
export function patternProblems(files: readonly string[], context: Context, directory: string): readonly Problem[] {
  return parsePatterns(files, { os: context.os, directory }).problems.map(ofFiles);
}

/** Of patterns over the names in a package. */
export function namePatternProblems(files: readonly string[]): readonly Problem[] {
  return parseNamePatterns(files).problems.map(ofFiles);
}

function ofFiles(problem: string): Problem {
  return { input: 'files', problem };
}
