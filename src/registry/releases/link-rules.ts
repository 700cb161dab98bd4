/** GitLab's rules for the links of a release: addresses, paths, and what is unique within one release. */

export const LINK_TYPES = ['other', 'runbook', 'image', 'package'] as const;
type LinkType = (typeof LINK_TYPES)[number];

export interface LinkValues {
  readonly name: string;
  readonly url: string;
  /** `direct_asset_path`, with its slash at the start. */
  readonly filepath: string | null;
  readonly link_type: LinkType;
}

/** An attribute and what is wrong with it. */
export type LinkProblem = readonly [attribute: 'name' | 'url' | 'filepath', text: string];

const UNIQUE = ['name', 'url', 'filepath'] as const;
const BLANK = "can't be blank";
const SCHEMES = ['http:', 'https:', 'ftp:'];
// GitLab's \A/(?:[\-\.\w]+/?)*[\da-zA-Z]+\z, said so that no input makes it slow.
const FILEPATH = /^(?:\/[\w.-]+)*\/[\w.-]*[0-9A-Za-z]$/;
const LONGEST_FILEPATH = 128;

/** What is wrong with a link beside the others of its release. */
export function linkProblems(link: LinkValues, others: readonly LinkValues[]): LinkProblem[] {
  const taken = UNIQUE.filter((attribute) => {
    const value = link[attribute];
    return value !== null && value !== '' && others.some((other) => other[attribute] === value);
  });
  return [
    ...(link.url === '' ? [['url', BLANK] as const] : urlProblems(link.url)),
    ...(link.name.trim() === '' ? [['name', BLANK] as const] : []),
    ...filepathProblems(link.filepath),
    ...taken.map((attribute) => [attribute, 'has already been taken'] as const),
  ];
}

/**
 * Values that several links of one request share: `Links have duplicate values (a, b)`, one text for each attribute.
 */
export function duplicateProblems(links: readonly LinkValues[]): string[] {
  return UNIQUE.flatMap((attribute) => {
    const [once, twice] = [new Set<string>(), new Set<string>()];
    for (const value of links.map((link) => link[attribute]).filter((each) => each !== null)) {
      (once.has(value) ? twice : once).add(value);
    }
    return twice.size === 0 ? [] : [`Links have duplicate values (${[...twice].join(', ')})`];
  });
}

function urlProblems(url: string): LinkProblem[] {
  if (!URL.canParse(url)) return [['url', 'must be a valid URL']];
  return SCHEMES.includes(new URL(url).protocol)
    ? []
    : [['url', 'is blocked: Only allowed schemes are http, https, ftp']];
}

function filepathProblems(filepath: string | null): LinkProblem[] {
  if (filepath === null) return [];
  if (filepath.length > LONGEST_FILEPATH)
    return [['filepath', `is too long (maximum is ${LONGEST_FILEPATH} characters)`]];
  return FILEPATH.test(filepath) ? [] : [['filepath', 'is invalid']];
}
