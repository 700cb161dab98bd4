/**
 * `npm run release -- 1.2.0 [--project group/name]`: the one command that changes release.json.
 * Sets the version, builds, and writes version, project and the bundle's SHA-256 into the templates.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatRelease, parseRelease } from '../src/generate/release.ts';

const root = join(import.meta.dirname, '..');
const released = parseRelease(readFileSync(join(root, 'release.json'), 'utf8'));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { project: { type: 'string', default: released.project } },
});
const [version = '', ...rest] = positionals;
// Reading back what is to be written checks the form of version and project before anything is touched.
const wanted = parseRelease(formatRelease({ ...released, version, project: values.project }));
if (rest.length > 0) throw new Error(`One version is expected, not also ${rest.join(' ')}`);

setVersion('package.json');
setVersion('package-lock.json');
script('generate');
script('build');
const bundle = readFileSync(join(root, 'dist', 'cli', 'index.js'));
const sha256 = createHash('sha256').update(bundle).digest('hex');
writeFileSync(join(root, 'release.json'), formatRelease({ ...wanted, sha256 }));
// The templates name the release; the bundle does not, or it would have to hold its own SHA-256.
script('generate');
console.log(`${version} ${sha256}`);

/** Both files have the package's version on top; the lock file again as its own first package. */
function setVersion(name: string): void {
  const path = join(root, name);
  const read = JSON.parse(readFileSync(path, 'utf8')) as {
    version: string;
    packages?: Record<string, { version?: string }>;
  };
  read.version = version;
  const own = read.packages?.[''];
  if (own !== undefined) own.version = version;
  writeFileSync(path, `${JSON.stringify(read, null, 2)}\n`);
}

/** In a process of its own: what it reads was written a moment ago. */
function script(name: string): void {
  execFileSync(process.execPath, [join(root, 'scripts', `${name}.ts`)], { cwd: root, stdio: 'inherit' });
}
