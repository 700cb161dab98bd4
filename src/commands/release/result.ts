/** What a release passes on and shows. */
import { formatCount } from '../../core/format.ts';
import type { ReleaseIntent } from './intent.ts';
import type { ReleaseResult } from './inputs.ts';
import type { WantedLink } from './links.ts';
import type { ReleaseOutcome } from './carry-out.ts';

export function releaseResult(
  intent: ReleaseIntent,
  wanted: readonly WantedLink[],
  { release, how }: ReleaseOutcome,
): ReleaseResult {
  const { tag, packageName, version } = intent;
  const links = formatCount(wanted.length, 'link');
  const headlines = {
    created: `Released ${tag} with ${links}`,
    updated: `Updated the release ${tag}: ${links}`,
    unchanged: `The release ${tag} is unchanged: nothing was written`,
  } as const;
  const page = release.page ?? '';
  return {
    outputs: { tag, 'release-url': page, 'link-count': wanted.length, created: how === 'created' },
    report: {
      headline: headlines[how],
      title: { subject: `Release ${tag}`, deed: how },
      tally: `${links} to files of ${packageName} ${version.version}`,
      facts: [
        ['Package', `${packageName} ${version.version}`, 'log'],
        ['Links', String(wanted.length), 'log'],
        ...(page === '' ? [] : [['Release', page, 'log'] as const]),
      ],
      table: { columns: ['Link'], rows: wanted.map(({ file }) => [file]) },
      links: [
        ...(page === '' ? [] : [{ label: `Release ${tag}`, url: page }]),
        ...wanted.map(({ file, url }) => ({ label: file, url })),
      ],
      summary: true,
    },
  };
}
