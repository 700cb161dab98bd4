/** A run's outputs → what is passed on: texts, and lists kept in files, without any secret. */
import { Failure } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import { keptOutputs, listPathName, type ListItem, type Output, type OutputValue } from '../definitions/outputs.ts';
import type { DeliveredOutput, Host, CommandRun } from './host.ts';
import { errorCode, errorMessage } from './system-errors.ts';

/** Step outputs and variables are limited. */
export const MAX_OUTPUT_CHARACTERS = 30_000;

export interface PreparedOutputs {
  readonly outputs: readonly DeliveredOutput[];
  /** A list could not be written where the user wants it: the run fails, once its work is told. */
  readonly problem: Failure | undefined;
}

/**
 * Every declared output in its order, each list followed by the path of its file where the host keeps one.
 * Fails with `internal` where the run omitted an output.
 */
export async function prepareOutputs(
  run: CommandRun,
  values: Readonly<Record<string, OutputValue>>,
  host: Host,
): Promise<PreparedOutputs> {
  const delivered: DeliveredOutput[] = [];
  const problems: Failure[] = [];
  const delivery: Delivery = { run, host, problems };
  for (const [name, output] of Object.entries<Output>(run.command.outputs)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Failure('internal', `\`${run.command.name}\` ended without its output ${name}`);
    const safe = hideWithin(value, (text) => host.hide(text));
    if (typeof safe === 'object') delivered.push(...(await deliverList(name, safe, delivery)));
    else if (output.kind === 'file') delivered.push(...(await deliverFile(name, String(safe), delivery)));
    else delivered.push(deliverText(name, safe, output.kind === 'text' && output.path === true));
  }
  return { outputs: delivered, problem: problems[0] };
}

interface Delivery {
  readonly run: CommandRun;
  readonly host: Host;
  readonly problems: Failure[];
}

function deliverText(name: string, value: string | number | boolean, path: boolean): DeliveredOutput {
  return { name, value, shown: value, text: String(value), path };
}

async function deliverList(
  name: string,
  value: readonly ListItem[],
  delivery: Delivery,
): Promise<readonly DeliveredOutput[]> {
  const { host } = delivery;
  const text = JSON.stringify(value);
  const path = await store(name, () => `${JSON.stringify(value, null, 2)}\n`, delivery);
  const isTooLong = text.length > host.maxListCharacters;
  if (isTooLong && host.tellsLongLists) host.log.info(tooLongNote(name, value.length, path));
  return [
    { name, value, shown: isTooLong ? [] : value, text: isTooLong ? '[]' : text, path: false },
    ...(path === undefined ? [] : [deliverText(listPathName(name), path, true)]),
  ];
}

async function deliverFile(name: string, text: string, delivery: Delivery): Promise<readonly DeliveredOutput[]> {
  if (text === '') return [deliverText(name, '', false)];
  const path = await store(name, () => text, delivery);
  return path === undefined ? [] : [deliverText(name, path, true)];
}

function tooLongNote(name: string, entries: number, path: string | undefined): string {
  const count = formatCount(entries, 'entry is', 'entries are');
  const where = path === undefined || path === '' ? '' : `. The file that ${listPathName(name)} names holds them all`;
  return `The output ${name} is [], because ${count} too long for an output${where}`;
}

/** The path of an output's file; empty where the disk refuses one: the work is done all the same. */
async function store(
  output: string,
  text: () => string,
  { run, host, problems }: Delivery,
): Promise<string | undefined> {
  const kept = keptOutputs(run.command.outputs).find((one) => one.output === output);
  if (kept === undefined) return undefined;
  try {
    return await host.storeOutput(run, kept, text);
  } catch (error) {
    if (error instanceof Failure) {
      problems.push(error);
      return '';
    }
    if (errorCode(error) === undefined) throw error;
    host.log.warn(`The output ${kept.pathName} is empty, because its file cannot be written: ${errorMessage(error)}`);
    return '';
  }
}

function hideWithin(value: OutputValue, hide: (text: string) => string): OutputValue {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object') return value;
  return value.map((item) => hideInItem(item, hide));
}

/** The same item where nothing is to be hidden: a list may have 200,000. */
function hideInItem(item: ListItem, hide: (text: string) => string): ListItem {
  const hidden = Object.entries(item).map(
    ([key, part]) => [key, typeof part === 'string' ? hide(part) : part] as const,
  );
  return hidden.every(([key, part]) => part === item[key]) ? item : Object.fromEntries(hidden);
}
