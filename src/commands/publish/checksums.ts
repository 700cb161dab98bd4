/** The file that `sha256sum -c` reads: a file of the version, listing all others but itself and the manifest. */
import { byName, type LocalFile } from '../../transfer/model.ts';
import { bytesSource } from '../../transfer/local/source.ts';

/** One line a file, `<sha256>␠␠<name>`, sorted by name; equal files give equal bytes. */
export function checksumsFile(
  name: string,
  files: readonly { readonly name: string; readonly sha256: string }[],
): LocalFile {
  const sorted = files.filter((file) => file.name !== name).sort(byName);
  const bytes = Buffer.from(sorted.map((file) => `${file.sha256}  ${file.name}\n`).join(''));
  return { name, size: bytes.length, mode: '0644', source: bytesSource(bytes) };
}
