/** What a release passes on and shows. */
import { formatCount } from '../../core/format.ts';
import type { ReleaseIntent } from './intent.ts';
import type { ReleaseResult } from './inputs.ts';
import type { WantedLink } from './links.ts';
import type { ReleaseOutcome } from './carry-out.ts';
import type { ReleaseStep } from './decide.ts';
import type { PlannedRelease } from './dry-run.ts';

export function releaseResult(
  intent: ReleaseIntent,
  wanted: readonly WantedLink[],
  { release, how }: ReleaseOutcome,
): ReleaseResult {
  const { tag } = intent;
  const links = formatCount(wanted.length, 'link');
  const headlines = {
    created: `Released ${tag} with ${links}`,
    updated: `Updated the release ${tag}: ${links}`,
    unchanged: `The release ${tag} is unchanged: nothing was written`,
  } as const;
  return resultOf(intent, wanted, {
    page: release.page ?? '',
    isCreated: how === 'created',
    headline: headlines[how],
    deed: how,
  });
}

/** Of a dry run. */
export function plannedResult(
  intent: ReleaseIntent,
  wanted: readonly WantedLink[],
  { existing, steps }: PlannedRelease,
): ReleaseResult {
  return resultOf(intent, wanted, {
    page: existing?.page ?? '',
    isCreated: false,
    headline: `Dry run of the release ${intent.tag}: ${plannedText(wanted.length, steps)}`,
    deed: 'dry run',
  });
}

function plannedText(links: number, steps: readonly ReleaseStep[]): string {
  if (steps.length === 0) return 'it is as it should be; nothing would be written';
  if (steps[0]?.kind === 'create') return `would make it with ${formatCount(links, 'link')}; nothing was made`;
  const deeds = [
    ...steps.flatMap((step) => (step.kind === 'update' ? [`change its ${Object.keys(step.changes).join(', ')}`] : [])),
    ...(['add', 'change', 'remove'] as const).flatMap((deed) => {
      const count = steps.filter(({ kind }) => kind === `${deed}-link`).length;
      return count === 0 ? [] : [`${deed} ${formatCount(count, 'link')}`];
    }),
  ];
  return `would ${deeds.join(', ')}; nothing was written`;
}

interface ResultFacts {
  /** Empty: not known. */
  readonly page: string;
  readonly isCreated: boolean;
  readonly headline: string;
  /** The headline in a word. */
  readonly deed: string;
}

function resultOf(
  { tag, packageName, version }: ReleaseIntent,
  wanted: readonly WantedLink[],
  { page, isCreated, headline, deed }: ResultFacts,
): ReleaseResult {
  return {
    outputs: { tag, 'release-url': page, 'link-count': wanted.length, created: isCreated },
    report: {
      headline,
      title: { subject: `Release ${tag}`, deed },
      tally: `${formatCount(wanted.length, 'link')} to files of ${packageName} ${version.version}`,
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
