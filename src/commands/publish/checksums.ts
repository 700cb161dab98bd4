/** The file that `sha256sum -c` reads: a file of the version, listing all others but itself and the manifest. */
import type { FileMode } from '../../transfer/remote/manifest.ts';
import { byName, type LocalFile } from '../../transfer/model.ts';
import { bytesSource } from '../../transfer/local/source.ts';

/** Nobody runs it. */
export const CHECKSUMS_MODE: FileMode = '0644';

/** One line a file, `<sha256>␠␠<name>`, sorted by name; equal files give equal bytes. */
export function checksumsFile(
  name: string,
  files: readonly { readonly name: string; readonly sha256: string }[],
): LocalFile {
  const bytes = Buffer.from(checksumsText(files.filter((file) => file.name !== name)));
  return { name, size: bytes.length, mode: CHECKSUMS_MODE, source: bytesSource(bytes) };
}

/** The lines of all files whose checksum is known. */
export function checksumsText(files: readonly { readonly name: string; readonly sha256: string }[]): string {
  return files
    .filter(({ sha256 }) => sha256 !== '')
    .sort(byName)
    .map(({ name, sha256 }) => `${sha256}  ${name}\n`)
    .join('');
}
