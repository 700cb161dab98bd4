/** Reports and failures as Markdown for GitHub's job summary, within its limits. No foreign text works as markup. */
import { formatCount } from '../../core/format.ts';
import { markdownCode, markdownText } from '../../core/text.ts';
import type { Failure } from '../../core/errors.ts';
import type { Link, Report, RunSubject } from '../../definitions/command.ts';
import { failureText } from '../text/failure-lines.ts';
import { shownTable, type ShownTable } from '../text/table.ts';

/** A browser shows more of them slowly; outputs have all. */
const MAX_ROWS = 2000;
/** A longer table is folded. */
const UNFOLDED_ROWS = 20;
const MAX_LINKS = 200;
const MAX_PROBLEMS = 20;
/** GitHub refuses a summary above 1 MiB as a whole. */
const MAX_BYTES = 900_000;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export interface SummaryOptions {
  /** Hides secrets. */
  readonly clean: (text: string) => string;
  /** Who started the run, and its address. */
  readonly actor: string;
  readonly runUrl?: string | undefined;
}

/** Returns Markdown with a final newline. */
export function summaryMarkdown(report: Report, options: SummaryOptions): string {
  const writer = markdownWriter(report.links, options.clean);
  const signature = signatureOf(options, writer);
  const title = titleOf(report, writer);
  if (report.brief === true) {
    const digest = report.facts.flatMap(([label, value]) => (label === 'Digest' ? [writer.code(value)] : []));
    const words = [`**${title}**`, ...present(report.tally).map(writer.running), ...digest, ...signature];
    return `${words.join(' · ')}\n`;
  }
  const head = [
    `### ${title}`,
    '',
    ...present(report.tally).flatMap((tally) => [writer.running(tally), '']),
    ...factLines(report, writer),
  ];
  const table = report.table === undefined ? undefined : shownTable(report.table, MAX_ROWS);
  // Also of the rows that are not shown: what is in the table is not repeated below it.
  const cells = new Set(report.table?.rows.flat());
  const rest = report.links
    .filter((link) => !cells.has(link.label) && link.label !== report.title?.subject)
    .flatMap((link) => writer.linked(link.label) ?? [])
    .map((link) => `- ${link}`);
  const end = signature.map((line) => `<sub>${line}</sub>`);
  return fitted(table, { head, rest, end }, writer);
}

/** A run that failed: the message, the first problems, the next step. */
export function failureMarkdown(
  failure: Failure,
  { command, subject }: { readonly command: string; readonly subject: RunSubject },
  options: SummaryOptions,
): string {
  const writer = markdownWriter([], options.clean);
  const { headline, problems, left, hint } = failureText(failure);
  const all = [...problems, ...left];
  const more = all.length - MAX_PROBLEMS;
  const what = [subject.package, subject.version].filter((part) => part !== '').join(' ');
  const lines = [
    `### ${writer.running(`${command} failed${what === '' ? '' : `: ${what}`}`)}`,
    '',
    writer.prose(headline),
    '',
    ...all.slice(0, MAX_PROBLEMS).map((problem) => `- ${writer.prose(problem)}`),
    ...(more > 0 ? [`- … and ${more} more: the log lists all ${all.length}`] : []),
    ...(all.length > 0 ? [''] : []),
    ...present(hint).flatMap((words) => [writer.prose(words), '']),
    ...signatureOf(options, writer).map((line) => `<sub>${line}</sub>`),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

interface MarkdownWriter {
  /** A name or a value. */
  readonly code: (text: string) => string;
  /** Words of any kind, without markup. */
  readonly running: (text: string) => string;
  /** A message of ours, in which backticks quote. */
  readonly prose: (text: string) => string;
  /** The link of that label, if there is one. */
  readonly linked: (label: string) => string | undefined;
  readonly addressOf: (label: string) => string | undefined;
}

function markdownWriter(links: readonly Link[], clean: (text: string) => string): MarkdownWriter {
  const addresses = addressesByLabel(links, clean);
  const code = (text: string): string => markdownCode(clean(text));
  const running = (text: string): string => markdownText(clean(text));
  return {
    code,
    running,
    prose: (text) =>
      clean(text)
        .split('`')
        .map((part, at, all) => (at % 2 === 1 && at < all.length - 1 ? markdownCode(part) : markdownText(part)))
        .join(''),
    linked: (label) => {
      const url = addresses.get(label);
      return url === undefined ? undefined : `[${code(label)}](<${url}>)`;
    },
    addressOf: (label) => addresses.get(label),
  };
}

/** `[widget 1.2.3](page) published`; of a report without a subject its headline. */
function titleOf({ headline, title }: Report, writer: MarkdownWriter): string {
  if (title === undefined) return writer.running(headline);
  const page = writer.addressOf(title.subject);
  const subject = writer.running(title.subject);
  return `${page === undefined ? subject : `[${subject}](<${page}>)`} ${writer.running(title.deed)}`;
}

/** A digest gets a block of its own, from which it can be copied. */
function factLines({ facts }: Report, { code, running }: MarkdownWriter): readonly string[] {
  const told = facts.filter(([, value, where]) => value !== '' && where !== 'log');
  const digests = told.filter(([, value]) => DIGEST.test(value));
  const others = told.filter((fact) => !digests.includes(fact));
  return [
    ...digests.flatMap(([, value]) => ['```text', value, '```', '']),
    ...others.map(([label, value]) => `- ${running(label)}: ${code(value)}`),
    ...(others.length > 0 ? [''] : []),
  ];
}

function signatureOf({ actor, runUrl, clean }: SummaryOptions, { code }: MarkdownWriter): readonly string[] {
  const label = 'this run';
  const address = runUrl === undefined ? undefined : addressesByLabel([{ label, url: runUrl }], clean).get(label);
  const parts = [
    ...(actor === '' ? [] : [`Started by ${code(actor)}`]),
    ...(address === undefined ? [] : [`[${label}](<${address}>)`]),
  ];
  return parts.length === 0 ? [] : [parts.join(' in ')];
}

interface AroundTable {
  readonly head: readonly string[];
  readonly rest: readonly string[];
  readonly end: readonly string[];
}

/** Rows that do not fit are counted in a last line; the links after the table come first. */
function fitted(table: ShownTable | undefined, { head, rest, end }: AroundTable, writer: MarkdownWriter): string {
  const links = fitting(rest.slice(0, MAX_LINKS), MAX_BYTES / 2);
  const after = [...links, ...(links.length > 0 ? [''] : []), ...end];
  const lines = [...head, ...tableBlock(table, MAX_BYTES - bytes([...head, ...after]) - 500, writer), ...after];
  return `${lines.join('\n').trimEnd()}\n`;
}

function tableBlock(table: ShownTable | undefined, room: number, writer: MarkdownWriter): readonly string[] {
  if (table === undefined || table.rows.length === 0) return [];
  const shown = fitting(
    table.rows.map((cells) => row(cells.map((cell, at) => cellText(cell, table.titles[at], writer)))),
    room,
  );
  const total = table.rows.length + table.left;
  const more = total - shown.length;
  const lines = [
    row(table.titles.map(writer.running)),
    row(table.isNumeric.map((isNumeric) => (isNumeric ? '---:' : '---'))),
    ...shown,
    '',
    ...(more > 0 ? [`… and ${more} more`, ''] : []),
  ];
  if (total <= UNFOLDED_ROWS) return lines;
  return [
    `<details><summary>${writer.running(formatCount(total, table.titles[0]?.toLowerCase() ?? 'row'))}</summary>`,
    '',
    ...lines,
    '</details>',
    '',
  ];
}

function cellText(cell: string, title: string | undefined, writer: MarkdownWriter): string {
  return writer.linked(cell) ?? (title === 'SHA-256' ? writer.code(cell) : writer.running(cell));
}

/** As many of the lines, from the first on, as fit into so many bytes. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  return lines.filter((line) => {
    left -= bytes([line]);
    return left > 0;
  });
}

/** A `|` within a cell is an entity already. */
function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Only web addresses, in the normal form in which they hold nothing that Markdown would read. */
function addressesByLabel(links: readonly Link[], clean: (text: string) => string): ReadonlyMap<string, string> {
  const byLabel = new Map<string, string>();
  for (const { label, url } of links) {
    const parsed = URL.parse(clean(url));
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) continue;
    byLabel.set(
      label,
      parsed.href.replaceAll(/[<>()|\\`]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    );
  }
  return byLabel;
}

function present(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : [text];
}

function bytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
