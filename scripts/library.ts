/**
 * Builds `@generic-packages/cli/registry`, the registry for tests in Node: one bundle and its types. The package's
 * `exports` name both: `"./registry": { "types": "./registry/index.d.ts", "default": "./registry/index.js" }`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compileInto, minifyWhole, tool } from './build-steps.ts';

/** What the types lack to be those of the bundle. */
const DECLARATION =
  '\n/**\n * Starts a registry. Rejects with an error that names every wrong option or key of the config, a port that is\n' +
  ' * taken, a data folder in use, and a Node before 24.\n */\n' +
  "export declare function startRegistry(\n  options?: Omit<RegistryOptions, 'config' | 'faultScript'> & {\n" +
  '    readonly config?: RegistryConfig;\n    readonly faultScript?: readonly ScriptedFault[];\n  },\n' +
  '): Promise<RunningRegistry>;\n';

/**
 * Writes `index.js`, `index.d.ts`, `package.json` and `licenses.txt` into `folder`, an absolute one that is made. Where
 * lib/ of the checkout was compiled just now, say so: it is not compiled again.
 */
export async function buildRegistryLibrary(root: string, folder: string, isCompiled = false): Promise<void> {
  if (!isCompiled) await compileInto(root);
  const entry = join('lib', 'registry', 'library.js');
  await tool(root, '@vercel/ncc', 'ncc', ['build', entry, '-C', '-m', '-q', '-o', folder, '--license', 'licenses.txt']);
  await minifyWhole(join(folder, 'index.js'));
  const types = await readFile(join(root, 'src', 'registry', 'public.ts'), 'utf8');
  await writeFile(join(folder, 'index.d.ts'), types + DECLARATION);
}

/** `node scripts/library.ts FOLDER` */
if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('Give the folder to build into.');
  await buildRegistryLibrary(join(import.meta.dirname, '..'), resolve(folder));
}
