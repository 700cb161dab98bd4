/** The inputs of an action.yml as GitHub's runner fills them in before a step's own. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string | number | boolean }>>;
}

/** Every declared input with its default text; blank where there is none. */
export async function actionInputs(folder: string): Promise<Record<string, string>> {
  const { inputs } = parse(await readFile(join(folder, 'action.yml'), 'utf8')) as ActionFile;
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, String(input.default ?? '')]));
}
