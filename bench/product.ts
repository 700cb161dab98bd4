/** One run of `publish` or `download` as its user starts it. */
import type { Workplace } from './place.ts';
import { runToEnd, PEAK, type EndedProcess } from './processes.ts';
import { targetFlags, type Registry } from './registry.ts';

export interface ProductRun {
  readonly registry: Pick<Registry, 'url' | 'token'>;
  readonly version: string;
  readonly directory: string;
  readonly flags?: readonly string[];
  /** Also ask how much memory it took. */
  readonly peak?: boolean;
}

export function runProduct(place: Workplace, command: 'publish' | 'download', run: ProductRun): Promise<EndedProcess> {
  const { registry, version, directory, flags = [], peak = false } = run;
  const files = command === 'publish' ? ['--files', '**'] : [];
  const args = [
    place.program,
    command,
    ...targetFlags(registry, version),
    '--directory',
    directory,
    ...files,
    ...flags,
  ];
  return runToEnd(process.execPath, [...(peak ? PEAK : []), ...args], {
    cwd: place.folder,
    env: { GENERIC_PACKAGES_TOKEN: registry.token },
  });
}
