/** What a manifest says that a version was built from. */
import type { Context } from '../../definitions/context.ts';
import { NO_ORIGIN, type Origin } from '../../transfer/remote/manifest.ts';

/** What a job builds; at a terminal nothing says so. */
export function buildOrigin({ platform, build, ref }: Context): Origin {
  if (platform === 'terminal') return NO_ORIGIN;
  return { project: build?.repositoryUrl ?? '', commit: ref.commit ?? '', ref: ref.full ?? '' };
}
