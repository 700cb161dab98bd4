/** How much of a version is read back without a reason, where GitLab tells no checksum and only the bytes do. */

/** So many names are asked for. */
export const HANDFUL = 100;
/** So many bytes are fetched. */
const SMALL_BYTES = 16 * 1024 * 1024;

/** True for files that are few, and small together. */
export function areFewAndSmall(files: readonly { readonly size: number }[]): boolean {
  return files.length <= HANDFUL && files.reduce((sum, { size }) => sum + size, 0) <= SMALL_BYTES;
}
