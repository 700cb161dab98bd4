/** Selections with the defaults of a publish on Linux. */
import { expect } from '@jest/globals';

import { selectFiles, type Selection, type SelectionRequest } from '../../src/core/selection/selection.ts';

export function select(
  directory: string,
  patterns: readonly string[],
  more: Partial<SelectionRequest> = {},
): Promise<Selection> {
  return selectFiles({ patterns, directory, includeHidden: false, followSymlinks: false, os: 'linux', ...more });
}

/** The names that are selected, without any problem. */
export async function namesOf(
  directory: string,
  patterns: readonly string[],
  more: Partial<SelectionRequest> = {},
): Promise<string[]> {
  const { files, problems } = await select(directory, patterns, more);
  expect(problems).toEqual([]);
  return files.map(({ name }) => name);
}
