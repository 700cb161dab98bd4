/** Checks of names and patterns that several verbs take as inputs. */
import { nameProblems } from '../core/names.ts';
import { parsePatterns } from '../core/patterns.ts';
import type { Context } from '../spec/context.ts';
import type { Problem } from '../spec/verb.ts';

/** The manifest is a file of the package's root, named as GitLab allows. */
export function manifestProblems(manifest: string | undefined, context: Context): readonly Problem[] {
  if (manifest === undefined) return [];
  return plainNameProblems('manifest', manifest, context);
}

/** A file of the package's root, named as GitLab allows. */
export function plainNameProblems(input: string, name: string, context: Context): readonly Problem[] {
  if (name.includes('/')) return [{ input, problem: `\`${name}\` must be a plain file name` }];
  return nameProblems([name], { platform: context.platform, direction: 'publish' }).map(({ problem }) => ({
    input,
    problem: `\`${name}\` ${problem}`,
  }));
}

/** `directory` absent: patterns are over names, and absolute ones have no meaning. */
export function patternProblems(files: readonly string[], context: Context, directory?: string): readonly Problem[] {
  const options = { platform: context.platform, ...(directory === undefined ? {} : { directory }) };
  return parsePatterns(files, options).problems.map((problem) => ({ input: 'files', problem }));
}
