/** What a release lacks to be what is asked for: an ordered list of steps, or what stands in the way. Pure. */
import { Failure } from '../../core/errors.ts';
import { formatCount, verbFor } from '../../core/format.ts';
import type { LinkValues, NewRelease, Release, ReleaseChanges, ReleaseLink } from '../../gitlab/api/releases.ts';
import { newLinks, decideLinks, type WantedLink } from './links.ts';
import type { ReleaseIntent } from './intent.ts';

export type ReleaseStep =
  | { readonly kind: 'create'; readonly release: NewRelease }
  | { readonly kind: 'update'; readonly changes: ReleaseChanges }
  | { readonly kind: 'remove-link'; readonly link: ReleaseLink }
  | { readonly kind: 'change-link'; readonly id: number; readonly link: LinkValues }
  | { readonly kind: 'add-link'; readonly link: LinkValues };

export interface ReleaseDecision {
  /** None: the release is what it should be. Links that go make room for the names and paths of those that come. */
  readonly steps: readonly ReleaseStep[];
  /** Other versions of the package that links led to which change or go. */
  readonly earlier: readonly string[];
}

/** What is asked; `ref` is what a missing tag is made from. */
type AskedRelease = Pick<ReleaseIntent, 'tag' | 'name' | 'notes' | 'milestones'> & { readonly ref: string | undefined };

/** GitLab writes the links of a new release one by one within one request, which proxies cut after a minute. */
export const MOST_AT_ONCE = 100;

/** `existing` undefined: the tag has no release. The API's address tells which links lead to the package. */
export function decideRelease(
  asked: AskedRelease,
  wanted: readonly WantedLink[],
  existing: Release | undefined,
  api: URL,
): ReleaseDecision | { readonly refusal: Failure } {
  if (existing === undefined) return { steps: creation(asked, newLinks(wanted)), earlier: [] };
  const links = decideLinks(api, wanted, existing.links);
  if (links.problems.length > 0) return { refusal: foreignLinks(asked, links.problems) };
  const changes = decideChanges(asked, existing);
  return {
    steps: [
      ...(Object.keys(changes).length === 0 ? [] : [{ kind: 'update', changes } as const]),
      ...links.remove.map((link) => ({ kind: 'remove-link', link }) as const),
      ...links.change.map(({ id, link }) => ({ kind: 'change-link', id, link }) as const),
      ...links.add.map((link) => ({ kind: 'add-link', link }) as const),
    ],
    earlier: links.earlier,
  };
}

/** A release that another run must not change half-made has its first links from the start; the others follow. */
function creation(asked: AskedRelease, links: readonly LinkValues[]): readonly ReleaseStep[] {
  return [
    { kind: 'create', release: newRelease(asked, links.slice(0, MOST_AT_ONCE)) },
    ...links.slice(MOST_AT_ONCE).map((link) => ({ kind: 'add-link', link }) as const),
  ];
}

function newRelease({ tag, ref, name, notes, milestones }: AskedRelease, links: readonly LinkValues[]): NewRelease {
  return {
    tag,
    ref,
    name: name ?? tag,
    ...(notes === undefined ? {} : { description: notes }),
    ...(milestones.length === 0 ? {} : { milestones }),
    links,
  };
}

/** What is not asked for stays. */
export function decideChanges({ name, notes, milestones }: AskedRelease, existing: Release): ReleaseChanges {
  return {
    ...(name === undefined || name === existing.name ? {} : { name }),
    ...(notes === undefined || isSameText(notes, existing.description) ? {} : { description: notes }),
    ...(milestones.length === 0 || isSameSet(milestones, existing.milestones) ? {} : { milestones }),
  };
}

/** Line ends and blanks at the end may be stored in another way. */
function isSameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(one) === plain(other);
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(other);
  return one.length === set.size && one.every((title) => set.has(title));
}

function foreignLinks({ tag }: AskedRelease, problems: readonly string[]): Failure {
  return new Failure(
    'conflict',
    `The release ${tag} has ${formatCount(problems.length, 'link')} of the same name that ` +
      `${verbFor(problems.length, 'leads', 'lead')} elsewhere`,
    {
      problems,
      hint:
        'Nothing was written, for links of others are never touched. Rename or delete them, or leave those ' +
        'files out with the input files.',
    },
  );
}
