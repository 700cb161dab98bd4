/**
 * `npm run generate`: writes what follows from the commands, release.json and package.json.
 * With `--check` nothing is written; each file that is stale is named and the exit code is 1.
 */
import { glob, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Page } from '../src/generate/documents.ts';
import { generatedFiles, strayFiles, type GeneratedFile } from '../src/generate/files.ts';
import { parseRelease } from '../src/generate/release.ts';
import { commands } from '../src/commands/index.ts';

const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

const { files, problems } = generatedFiles({
  commands,
  release: parseRelease(await readFile(join(root, 'release.json'), 'utf8')),
  version: await packageVersion(),
  pages: await readPages(),
});
const stale: GeneratedFile[] = [];
for (const file of files) {
  if ((await textOf(file.path)) !== file.content) stale.push(file);
}
const strays = strayFiles(await candidates(), files);

for (const { path, content } of stale) {
  if (!isCheck) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  console.log(`${isCheck ? 'stale' : 'wrote'} ${path}`);
}
for (const path of strays) {
  if (!isCheck) await rm(join(root, path));
  console.log(`${isCheck ? 'stray' : 'removed'} ${path}`);
}
for (const problem of problems) console.error(problem);
const isStale = isCheck && stale.length + strays.length > 0;
if (isStale) console.error('Run npm run generate and commit what it writes.');
if (isStale || problems.length > 0) process.exitCode = 1;

async function packageVersion(): Promise<string> {
  const read = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return read.version;
}

/** Every Markdown file of the checkout. */
async function readPages(): Promise<readonly Page[]> {
  const exclude = (name: string): boolean => name === 'node_modules' || name.startsWith('.');
  const pages: Page[] = [];
  for await (const found of glob('**/*.md', { cwd: root, exclude })) {
    const path = found.split(sep).join('/');
    pages.push({ path, text: await readFile(join(root, path), 'utf8') });
  }
  return pages.sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Where generated files of commands can lie: `<command>/action.yml` and `templates/*.yml`. */
async function candidates(): Promise<readonly GeneratedFile[]> {
  const folders = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const paths = folders.map(({ name }) => `${name}/action.yml`);
  for (const name of await readdir(join(root, 'templates')).catch(() => [])) {
    if (name.endsWith('.yml')) paths.push(`templates/${name}`);
  }
  const found: GeneratedFile[] = [];
  for (const path of paths) {
    const content = await textOf(path);
    if (content !== undefined) found.push({ path, content });
  }
  return found;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
