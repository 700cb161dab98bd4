/** Rules that give files other names in the package: `FROM => TO`, where each `*` in FROM is `{1}`, `{2}` in TO. */
import { quoted } from '../text.ts';

export interface RenameRule {
  /** The line as typed, blanks around it taken off. */
  readonly text: string;
  /** The texts between the stars, for each part between slashes. */
  readonly from: readonly (readonly string[])[];
  readonly to: string;
}

export interface Renamed {
  /** The new name of each, in the order given; the old one where no rule fits. */
  readonly names: readonly string[];
  /** Rules that were the first to fit no name. */
  readonly unused: readonly RenameRule[];
}

const ARROW = '=>';
const PLACE = /\{(\d+)\}/g;

/** Reads the lines; a problem reads on after the input's name. */
export function parseRenames(lines: readonly string[]): {
  readonly rules: readonly RenameRule[];
  readonly problems: readonly string[];
} {
  const rules: RenameRule[] = [];
  const problems: string[] = [];
  for (const line of lines) {
    const read = parseRename(line.trim());
    if (typeof read === 'string') problems.push(`${quoted(line.trim())} ${read}`);
    else rules.push(read);
  }
  return { rules, problems };
}

/** Gives each name the one that the first rule that fits makes of it. */
export function renameAll(rules: readonly RenameRule[], names: readonly string[]): Renamed {
  const used = new Set<RenameRule>();
  const renamed = names.map((name) => {
    for (const rule of rules) {
      const captured = capture(rule, name);
      if (captured === undefined) continue;
      used.add(rule);
      return rule.to.replace(PLACE, (_place, number: string) => captured[Number(number) - 1] ?? '');
    }
    return name;
  });
  return { names: renamed, unused: rules.filter((rule) => !used.has(rule)) };
}

function parseRename(text: string): RenameRule | string {
  const [from = '', to, ...more] = text.split(ARROW).map((side) => side.trim());
  if (to === undefined || more.length > 0 || from === '' || to === '')
    return 'must be `FROM => TO`, such as `My App *.exe => my-app-{1}.exe`';
  if (to.includes('*')) return 'has a `*` after the `=>`: write `{1}` for what the first `*` of FROM stands for';
  const stars = from.split('*').length - 1;
  const beyond = [...to.matchAll(PLACE)].find(([, number]) => Number(number) < 1 || Number(number) > stars);
  if (beyond !== undefined) return `has ${quoted(beyond[0])}, but FROM has ${stars === 0 ? 'no' : stars} \`*\``;
  return { text, from: from.split('/').map((segment) => segment.split('*')), to };
}

/** What each `*` stands for, the shortest text first; undefined where the rule does not fit. */
function capture({ from }: RenameRule, name: string): readonly string[] | undefined {
  const segments = name.split('/');
  if (segments.length !== from.length) return undefined;
  const captured: string[] = [];
  for (const [index, pieces] of from.entries()) {
    const own = captureSegment(pieces, segments[index] ?? '');
    if (own === undefined) return undefined;
    captured.push(...own);
  }
  return captured;
}

/** By hand: expressions from outside never reach the language's own, which may take exponential time. */
function captureSegment(pieces: readonly string[], segment: string): readonly string[] | undefined {
  const [first = '', ...rest] = pieces;
  const last = rest.at(-1);
  if (last === undefined) return first === segment ? [] : undefined;
  if (!segment.startsWith(first) || segment.length < first.length + last.length || !segment.endsWith(last))
    return undefined;
  const captured: string[] = [];
  let at = first.length;
  const end = segment.length - last.length;
  for (const piece of rest.slice(0, -1)) {
    const found = segment.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return undefined;
    captured.push(segment.slice(at, found));
    at = found + piece.length;
  }
  return [...captured, segment.slice(at, end)];
}
