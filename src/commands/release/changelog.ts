/** The section of one version out of a changelog in the form of keepachangelog.com. Pure. */
import { parseListedVersion } from '../../core/versions/index.ts';

export interface ChangelogSection {
  /** What stands below the version's heading, with the link definitions that it uses; empty: nothing. */
  readonly text: string;
}

/** The headings that sections have, as they are written, without `#`. */
export interface NoSection {
  readonly headings: readonly string[];
}

interface Line {
  readonly text: string;
  /** Part of a code block, where nothing is a heading. */
  readonly isCode: boolean;
}

interface Heading {
  readonly at: number;
  readonly depth: number;
  readonly title: string;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const DEFINITION = /^ {0,3}\[([^\]]+)\]:\s*\S/;
/** `[1.2.3] - 2026-01-31`, `1.2.3 (2026-01-31)`, `[v1.2.3](address)`, `Version 1.2.3`. */
const TITLE = /^(?:version\s+)?\[?([^\s[\](),]+)\]?/i;

/** The section of a version, in whatever of its spellings: `1.2.3`, `v1.2.3`. */
export function findSection(changelog: string, version: string): ChangelogSection | NoSection {
  const lines = readLines(changelog);
  const headings = lines.flatMap((line, at) => headingOf(line, at));
  const index = headings.findIndex(({ title }) => isVersion(title, version));
  const heading = headings[index];
  if (heading === undefined) return { headings: sectionTitles(headings) };
  const next = headings.slice(index + 1).find(({ depth }) => depth <= heading.depth);
  const own = lines.slice(heading.at + 1, next?.at).filter((line) => definitionOf(line) === undefined);
  const text = trimmed(own.map((line) => line.text));
  const used = lines.filter((line) => isUsed(definitionOf(line), text)).map((line) => line.text.trim());
  return { text: [text, ...(used.length === 0 ? [] : ['', ...used])].join('\n') };
}

/** Those of the second level, where the form has its versions; else all. */
function sectionTitles(headings: readonly Heading[]): readonly string[] {
  const second = headings.filter(({ depth }) => depth === 2);
  return (second.length > 0 ? second : headings).map(({ title }) => title);
}

function readLines(changelog: string): readonly Line[] {
  let fence: string | undefined;
  return changelog.split(/\r\n|\n|\r/).map((text) => {
    const mark = FENCE.exec(text)?.[1];
    const isCode = fence !== undefined || mark !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) === true && text.trim() === mark) fence = undefined;
    return { text, isCode };
  });
}

function headingOf({ text, isCode }: Line, at: number): Heading[] {
  const [, marks = '', title = ''] = (isCode ? null : HEADING.exec(text)) ?? [];
  return marks === '' ? [] : [{ at, depth: marks.length, title }];
}

function isVersion(title: string, version: string): boolean {
  const named = TITLE.exec(title)?.[1] ?? '';
  if (named === version) return true;
  const [one, other] = [named, version].map(parseListedVersion);
  return one !== undefined && one.text === other?.text;
}

/** The label that a line defines an address for. */
function definitionOf({ text, isCode }: Line): string | undefined {
  return isCode ? undefined : DEFINITION.exec(text)?.[1];
}

function isUsed(label: string | undefined, text: string): boolean {
  return label !== undefined && text.toLowerCase().includes(`[${label.toLowerCase()}]`);
}

/** Without blank lines at both ends. */
function trimmed(lines: readonly string[]): string {
  const isText = (line: string): boolean => line.trim() !== '';
  return lines.slice(Math.max(0, lines.findIndex(isText)), lines.findLastIndex(isText) + 1).join('\n');
}
