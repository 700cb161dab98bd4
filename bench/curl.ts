/** What people use today: one curl for many files in parallel, or one curl for each file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workplace } from './place.ts';
import { runToEnd } from './processes.ts';
import type { Registry } from './registry.ts';

export interface CurlRun {
  readonly registry: Registry;
  readonly version: string;
  readonly directory: string;
  readonly names: readonly string[];
}

/** `curl -Z`: all transfers in one process, from a config file. It verifies nothing. Returns seconds. */
export async function runParallelCurl(
  place: Workplace,
  way: 'up' | 'down',
  parallel: number,
  run: CurlRun,
): Promise<number> {
  const transfers = run.names.map((name) => {
    const [path, url] = [join(run.directory, name), run.registry.fileUrl(run.version, name)];
    return way === 'up'
      ? `upload-file = "${path}"\nurl = "${url}"\noutput = "/dev/null"`
      : `url = "${url}"\noutput = "${path}"`;
  });
  const config = [`header = "PRIVATE-TOKEN: ${run.registry.token}"`, 'fail', 'create-dirs', ...transfers];
  const path = join(place.folder, 'curl.cfg');
  await writeFile(path, config.join('\n'), { mode: 0o600 });
  const args = ['--silent', '--show-error', '--parallel', '--parallel-max', String(parallel), '--config', path];
  return (await runToEnd('curl', args, { cwd: place.folder })).seconds;
}

/** The loop of GitLab's documentation: one curl after the other. Returns seconds. */
export async function runCurlLoop(place: Workplace, way: 'up' | 'down', run: CurlRun): Promise<number> {
  const lines = run.names.map((name) => {
    const [path, url] = [join(run.directory, name), run.registry.fileUrl(run.version, name)];
    const what = way === 'up' ? `--upload-file "${path}"` : `--create-dirs --output "${path}"`;
    return `curl --fail --silent --show-error --header "PRIVATE-TOKEN: $TOKEN" ${what} "${url}" || exit 1`;
  });
  const script = join(place.folder, 'loop.sh');
  await writeFile(script, lines.join('\n'));
  return (await runToEnd('sh', [script], { cwd: place.folder, env: { TOKEN: run.registry.token } })).seconds;
}
