/** What others send we fetch, and what we send they fetch, byte for byte: in four kinds of registry. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fingerprint, makeTree } from '../support/tree.ts';
import { openPlace, PLACES, type Place } from './support/place.ts';

/** Each line has `$package`, `$file` and, to upload, `tree/$file`; what is downloaded goes to `fetched`. */
interface Client {
  readonly name: string;
  /** Absent: it only downloads. */
  readonly upload?: string;
  readonly download: string;
  /** It speaks no plain HTTP. */
  readonly tlsOnly?: true;
  /** It writes `%2F` for the slashes of a name, which GitLab refuses. */
  readonly flat?: true;
}

const AT = '"$API/projects/42/packages/generic/$package/1.0.0/$file"';
const PYTHON = 'gitlab --server-url "$URL" --private-token "$TOKEN" generic-package';
const PYTHON_FILE = '--project-id 42 --package-name "$package" --package-version 1.0.0 --file-name "$file"';

const CLIENTS: readonly Client[] = [
  {
    name: 'curl with a header',
    upload: `curl -sSfL -H "PRIVATE-TOKEN: $TOKEN" --upload-file "tree/$file" ${AT}`,
    download: `curl -sSfL -H "PRIVATE-TOKEN: $TOKEN" ${AT} > fetched`,
  },
  {
    name: 'curl with a password',
    upload: `cat "tree/$file" | curl -sSfL --user "anyone:$TOKEN" -T - ${AT}`,
    download: `curl -sSfL --user "anyone:$TOKEN" ${AT} > fetched`,
  },
  {
    name: 'wget with a header',
    upload: `wget -nv -O - --method=PUT --header="PRIVATE-TOKEN: $TOKEN" --body-file="tree/$file" ${AT}`,
    download: `wget -nv -O fetched --header="PRIVATE-TOKEN: $TOKEN" ${AT}`,
  },
  {
    name: 'wget with a password',
    download: `wget -nv -O fetched --user=anyone --password="$TOKEN" ${AT}`,
  },
  {
    name: 'aria2',
    download:
      `rm -f fetched && aria2c -q --ca-certificate="$CA" -x4 -s4 -k1M --header="PRIVATE-TOKEN: $TOKEN" ` +
      `--out=fetched ${AT}`,
  },
  {
    name: 'python-gitlab',
    upload: `${PYTHON} upload ${PYTHON_FILE} --path "tree/$file"`,
    download: `${PYTHON} download ${PYTHON_FILE} > fetched`,
  },
  {
    name: 'client-go',
    flat: true,
    upload: 'client-go upload "$package" 1.0.0 "$file" "tree/$file"',
    download: 'client-go download "$package" 1.0.0 "$file" > fetched',
  },
  {
    name: 'glpkg',
    tlsOnly: true,
    upload:
      'rm -rf one && mkdir -p "one/$(dirname "$file")" && cp "tree/$file" "one/$file" && ' +
      'glpkg upload -H "$HOST" -p 42 -t "$TOKEN" -n "$package" -v 1.0.0 -s one',
    download:
      'rm -rf got && mkdir got && glpkg download -H "$HOST" -p 42 -t "$TOKEN" -n "$package" -v 1.0.0 -d got && ' +
      'cp "got/$file" fetched',
  },
  {
    name: 'gitbeaker',
    flat: true,
    download: 'node "$PROGRAMS/gitbeaker.mjs" download "$package" "$file" fetched',
  },
];

/** A deep one, an odd name, one of many pieces. */
const DEEP = ['deep/a/b/c/d/e/f.txt', 'odd/a+b.txt', 'big/model.bin'];
const FLAT = ['model+1.bin', 'private.txt'];

describe.each(PLACES)('storage $storage, TLS $tls', ({ storage, tls }) => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace({ storage, tls });
    await makeTree(join(place.root, 'tree'), 3_000_000);
    await copyFile(join(place.root, 'tree', 'big/model.bin'), join(place.root, 'tree', 'model+1.bin'));
    const files = ['--directory', 'tree', ...[...DEEP, ...FLAT].flatMap((file) => ['--files', file])];
    await place.ours('publish', '--package-name', 'ours', '--package-version', '1.0.0', ...files);
  });
  afterAll(() => place.close());

  describe.each(CLIENTS.filter(({ tlsOnly }) => tls || tlsOnly === undefined))(
    '$name',
    ({ name, upload, download, flat }) => {
      const sentFiles = flat === undefined ? DEEP : FLAT;
      test('fetches what our publish sent', async () => {
        for (const file of sentFiles) {
          await place.shell(download, { package: 'ours', file });
          const [fetched, sent] = await Promise.all(
            ['fetched', join('tree', file)].map((path) => readFile(join(place.root, path))),
          );
          expect([file, fetched?.equals(sent ?? Buffer.alloc(0))]).toEqual([file, true]);
        }
      });

      if (upload === undefined) return;
      test('sends what our download fetches, and our publish leaves as it is', async () => {
        const package_ = `by-${name.replaceAll(' ', '-')}`;
        for (const file of sentFiles) await place.shell(upload, { package: package_, file });
        const version = ['--package-name', package_, '--package-version', '1.0.0', '--directory', package_];
        expect(await place.ours('download', ...version)).toMatchObject({ downloaded: sentFiles.length });
        const tree = contents(await fingerprint(join(place.root, 'tree')));
        expect(contents(await fingerprint(join(place.root, package_)))).toEqual(
          Object.fromEntries(sentFiles.map((file) => [file, tree[file]])),
        );
        expect(await place.ours('publish', ...version, '--files', '**')).toMatchObject({ uploaded: 0, complete: true });
      });
    },
  );
});

describe('glpkg', () => {
  test('sends and fetches 45 files, more than two pages of them', async () => {
    const place = await openPlace({ storage: 'redirect', tls: true });
    await place.shell('mkdir many && for i in $(seq 45); do echo "file $i" > "many/f$i.txt"; done');
    const glpkg = (command: string): string => `glpkg ${command} -H "$HOST" -p 42 -t "$TOKEN" -n many -v 1.0.0`;
    await place.shell(`${glpkg('upload')} -s many`);
    await place.shell(`mkdir got && ${glpkg('download')} -d got && diff -r many got`);
    expect(await place.ours('download', '--package-name', 'many', '--package-version', '1.0.0')).toMatchObject({
      downloaded: 45,
    });
    const pages = place.registry.requests.filter(
      ({ path, query }) => path.endsWith('files') && query.includes('page=3'),
    );
    expect(pages.length).toBeGreaterThan(0);
    await place.close();
  });
});

/** Other clients know no modes. */
function contents(tree: Record<string, string>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(tree).map(([name, look]) => [name, look.split(' ')[1]]));
}
