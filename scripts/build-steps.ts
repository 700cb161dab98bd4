/** The steps of a build: compile, bundle, stubs, and what is asserted of the result. Started by build.ts. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { promisify } from 'node:util';
import { minify } from '@swc/core';
import { generatedStubs } from './stubs.ts';

const run = promisify(execFile);

/** All of dist/, in bytes: people fetch it with every use of the action. */
const LARGEST_DIST = 2_000_000;
/** What ncc writes for one bundle. A further file is a chunk, which a GitLab job could not fetch. */
const BUNDLE_FILES = ['index.js', 'licenses.txt', 'package.json'];

/**
 * Builds everything under `dist`, an absolute folder that is replaced. Compiles into lib/ of the
 * checkout, which git ignores: paths of modules, seen from the checkout, go into the bundle's bytes.
 */
export async function buildInto(root: string, dist: string): Promise<void> {
  await compileInto(root);
  await rm(dist, { recursive: true, force: true });
  const bundle = join(dist, 'cli');
  await tool(root, '@vercel/ncc', 'ncc', [
    'build',
    join('lib', 'main', 'cli.js'),
    '-C',
    '-m',
    '-q',
    '-o',
    bundle,
    '--license',
    'licenses.txt',
  ]);
  await minifyWhole(join(bundle, 'index.js'));
  for (const { path, content } of generatedStubs()) {
    await mkdir(dirname(join(dist, path)), { recursive: true });
    await writeFile(join(dist, path), content);
  }
  await assertWhole(dist);
}

/** Compiles src/ into lib/ of the checkout. */
export async function compileInto(root: string): Promise<void> {
  await rm(join(root, 'lib'), { recursive: true, force: true });
  await tool(root, '@typescript/native', 'tsc', ['-p', 'tsconfig.build.json']);
  await leaveOutOtherProxies(root);
}

/**
 * http-client has two more ways through a proxy, of `fetch` by undici and of its own agents by tunnel, which
 * nothing here uses; undici would be half of the bundle, and be evaluated at each start. Copies of
 * http-client and its like beside the compiled files find these stand-ins first.
 */
async function leaveOutOtherProxies(root: string): Promise<void> {
  const modules = join(root, 'lib', 'node_modules');
  await cp(join(root, 'node_modules', '@actions'), join(modules, '@actions'), { recursive: true });
  await writeFile(join(modules, 'undici.js'), 'export const ProxyAgent = undefined;\n');
  const ways = ['httpOverHttp', 'httpOverHttps', 'httpsOverHttp', 'httpsOverHttps'];
  await writeFile(join(modules, 'tunnel.js'), ways.map((way) => `export const ${way} = undefined;\n`).join(''));
}

/** ncc's own minifier leaves the names of the outermost level as they are, a fifth of the file's bytes. */
export async function minifyWhole(file: string): Promise<void> {
  const { code } = await minify(await readFile(file, 'utf8'), {
    module: true,
    compress: { ecma: 2022 },
    mangle: true,
    ecma: 2022,
  });
  await writeFile(file, code);
}

/** What differs between the committed dist/ and a built one, byte for byte: a word and a path each. */
export async function differences(committed: string, built: string): Promise<readonly string[]> {
  const here = await filesOf(committed);
  const there = await filesOf(built);
  const found: string[] = [];
  for (const path of [...new Set([...here, ...there])].sort()) {
    if (!here.includes(path)) found.push(`missing dist/${path}`);
    else if (!there.includes(path)) found.push(`stray dist/${path}`);
    else if (!(await readFile(join(committed, path))).equals(await readFile(join(built, path)))) {
      found.push(`stale dist/${path}`);
    }
  }
  return found;
}

async function assertWhole(dist: string): Promise<void> {
  const files = (await readdir(join(dist, 'cli'))).sort();
  if (files.join() !== BUNDLE_FILES.join()) {
    throw new Error(`dist/cli must hold one bundle (${BUNDLE_FILES.join(', ')}), but holds ${files.join(', ')}`);
  }
  let bytes = 0;
  for (const path of await filesOf(dist)) bytes += (await stat(join(dist, path))).size;
  if (bytes > LARGEST_DIST) throw new Error(`dist/ has ${bytes} bytes, more than ${LARGEST_DIST}`);
}

/** Paths of all files below a folder, with `/`, sorted; none when the folder is missing. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** Runs a command of a package, whatever is on PATH, and shows its output only when it fails. */
export async function tool(root: string, packageName: string, command: string, args: readonly string[]): Promise<void> {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    bin: Record<string, string>;
  };
  const script = bin[command];
  if (script === undefined) throw new Error(`${packageName} has no command ${command}`);
  try {
    await run(process.execPath, [join(folder, script), ...args], { cwd: root });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} failed\n${stdout}${stderr}`, { cause: error });
  }
}
