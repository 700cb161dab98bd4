/** A second run of the same: how much is asked and moved when nothing has changed. Counts, no times. */
import { join } from 'node:path';
import { startRegistry, type RecordedRequest, type RunningRegistry } from '../src/registry/server.ts';
import { makeFiles, type Workplace } from './place.ts';
import { runProduct } from './product.ts';
import { limitRow, type Row } from './report.ts';

const FILES = 1000;
/** 100 rows a page, the manifest's among them; both ends of that list once more; and two lists that show the version. */
const MOST_LISTS = Math.ceil((FILES + 1) / 100) + 4;

export async function countUnchanged(place: Workplace): Promise<readonly Row[]> {
  const source = join(place.folder, 'unchanged');
  const target = join(place.folder, 'unchanged-got');
  await makeFiles(source, FILES, 100);
  const registry = await startRegistry({ port: 0, record: true });
  try {
    return [
      rowOf('Publish', await countSecond(place, 'publish', registry, source)),
      rowOf('Download', await countSecond(place, 'download', registry, target)),
    ];
  } finally {
    await registry.close();
  }
}

interface RequestCounts {
  readonly all: number;
  readonly lists: number;
  /** Requests for, and bytes of, files that the version is made of. */
  readonly files: number;
  readonly sent: number;
}

async function countSecond(
  place: Workplace,
  command: 'publish' | 'download',
  registry: RunningRegistry,
  directory: string,
): Promise<RequestCounts> {
  const { url, tokens, requests } = registry;
  const run = { registry: { url, token: tokens[0]?.token ?? '' }, version: '1.0.0', directory };
  await runProduct(place, command, run);
  if (requests.length < FILES)
    throw new Error(`the first ${command} made ${requests.length} requests: it cannot have moved ${FILES} files`);
  registry.forget();
  await runProduct(place, command, run);
  const of = (matches: (request: RecordedRequest) => boolean): number => requests.filter(matches).length;
  const counted = {
    all: requests.length,
    lists: of(({ path }) => /\/(packages|package_files)$/.test(path)),
    files: of(({ path }) => path.endsWith('.bin')),
    sent: requests.reduce((sum, { headers }) => sum + Number(headers['content-length'] ?? 0), 0),
  };
  registry.forget();
  return counted;
}

function rowOf(command: string, { all, lists, files, sent }: RequestCounts): Row {
  return limitRow(
    `${command} ${FILES.toLocaleString('en')} files again, unchanged`,
    `${all} requests: ${lists} for lists, ${files} for files; ${sent} bytes sent`,
    `at most ${MOST_LISTS} for lists, none for files, no byte sent`,
    lists <= MOST_LISTS && files === 0 && sent === 0,
  );
}
