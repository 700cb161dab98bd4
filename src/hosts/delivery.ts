/**
 * A run's outputs → what is passed on: texts, lists kept in files, nothing secret in any of them.
 */
import { formatCount } from '../core/format.ts';
import { Failure } from '../core/errors.ts';
import { listPathName, type ListItem, type Output, type OutputValue } from '../definitions/outputs.ts';
import type { Delivered, Host, Job } from './host.ts';
import { errorCode, errorMessage } from './system-errors.ts';

/** Step outputs and variables are limited; a longer list is passed on by its file only. */
const MAX_LIST_CHARACTERS = 30_000;

/**
 * Every declared output in its order, each list followed by the path of the file that holds it
 * whole. Fails with `internal` where the run left one out.
 */
export async function deliverables(
  job: Job,
  values: Readonly<Record<string, OutputValue>>,
  host: Host,
): Promise<readonly Delivered[]> {
  const delivered: Delivered[] = [];
  for (const [name, output] of Object.entries<Output>(job.command.outputs)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Failure('internal', `\`${job.command.name}\` ended without its output ${name}`);
    const safe = hideWithin(value, (text) => host.hide(text));
    if (typeof safe === 'object') delivered.push(...(await deliverList(job, name, output, safe, host)));
    else delivered.push(deliverText(name, output, safe));
  }
  return delivered;
}

function deliverText(name: string, output: Output, value: string | number | boolean): Delivered {
  const path = output.kind === 'text' && output.path === true;
  return { name, value, shown: value, text: String(value), path };
}

async function deliverList(
  job: Job,
  name: string,
  output: Output,
  value: readonly ListItem[],
  host: Host,
): Promise<readonly Delivered[]> {
  const text = JSON.stringify(value);
  const path = await store(job, name, value, host);
  const cut = text.length > MAX_LIST_CHARACTERS && !(output.kind === 'list' && output.whole);
  if (cut && path === '') {
    host.log.warn(
      `The output ${name} is [], for ${formatCount(value.length, 'entry', 'entries')} are too long for an output`,
    );
  } else if (cut) {
    host.log.warn(
      `The output ${name} is [], for ${formatCount(value.length, 'entry', 'entries')} are too long for an output: ` +
        `the file that ${listPathName(name)} names holds them all`,
    );
  }
  return [
    { name, value, shown: cut ? [] : value, text: cut ? '[]' : text, path: false },
    { ...deliverText(listPathName(name), output, path), path: true },
  ];
}

/** The path of the list's file; empty where there is no room for one: the work is done all the same. */
async function store(job: Job, name: string, value: readonly ListItem[], host: Host): Promise<string> {
  try {
    return await host.storeList(job, name, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    if (error instanceof Failure || errorCode(error) === undefined) throw error;
    host.log.warn(
      `The output ${listPathName(name)} is empty, for the list's file cannot be written: ${errorMessage(error)}`,
    );
    return '';
  }
}

function hideWithin(value: OutputValue, hide: (text: string) => string): OutputValue {
  if (typeof value === 'string') return hide(value);
  if (typeof value !== 'object') return value;
  return value.map((item) =>
    Object.fromEntries(Object.entries(item).map(([key, part]) => [key, typeof part === 'string' ? hide(part) : part])),
  );
}
