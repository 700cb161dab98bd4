/** Which rows of a table start a bundle: a promise is shown by a process once for each platform, and in this process by the rest. */
import type { Platform } from './platform.ts';
import { githubAction, gitlabJob, rootAction, terminal } from './platforms.ts';

const BUNDLES = [terminal, githubAction, rootAction, gitlabJob];

/** The same way in, which starts a bundle in a process of its own. */
export function bundleOf({ name }: Platform): Platform {
  const bundle = BUNDLES.find((one) => one.name === name);
  if (bundle === undefined) throw new Error(`there is no bundle for ${name}`);
  return bundle;
}

/** The first row of each platform starts its bundle. */
export function firstByBundle<T extends { readonly platform: Platform }>(rows: readonly T[]): T[] {
  const names = rows.map(({ platform }) => platform.name);
  return rows.map((row, index) =>
    names.indexOf(row.platform.name) === index ? { ...row, platform: bundleOf(row.platform) } : row,
  );
}
