/**
 * A large file as far as it has come, fetched in stretches that lie apart. Which bytes are there stands behind the
 * content, in the same file: a run that is killed leaves both or neither, and the next one goes on.
 */
import type { FileHandle } from 'node:fs/promises';
import { merged, type Range } from '../spans.ts';
import { writeAll } from './pour.ts';

/** Two numbers of 8 bytes: from, to. */
const RECORD = 16;

export class PartialFile {
  readonly #handle: FileHandle;
  readonly #size: number;
  #records = 0;
  #there: Range[] = [];

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /** `size`: bytes of the content. What the file says is there is believed; its checksum is looked at in the end. */
  static async open(handle: FileHandle, size: number): Promise<PartialFile> {
    const partial = new PartialFile(handle, size);
    const { size: length } = await handle.stat();
    const records = Math.max(0, Math.floor((length - size) / RECORD));
    const text = Buffer.alloc(records * RECORD);
    if (records > 0) await handle.read(text, 0, text.length, size);
    const ranges: Range[] = [];
    for (let at = 0; at < text.length; at += RECORD) {
      const [from, to] = [Number(text.readBigUInt64LE(at)), Number(text.readBigUInt64LE(at + 8))];
      if (from < to && to <= size) ranges.push({ from, to });
    }
    partial.#records = records;
    partial.#there = merged(ranges);
    return partial;
  }

  /** The bytes that are written, sorted and merged. */
  get there(): readonly Range[] {
    return this.#there;
  }

  /** Writes bytes, and then that they are there. */
  async write(pieces: readonly Buffer[], from: number, bytes: number): Promise<void> {
    await writeAll(this.#handle, pieces, from);
    const record = Buffer.alloc(RECORD);
    record.writeBigUInt64LE(BigInt(from));
    record.writeBigUInt64LE(BigInt(from + bytes), 8);
    const at = this.#size + this.#records * RECORD;
    this.#records += 1;
    await writeAll(this.#handle, [record], at);
    this.#there = merged([...this.#there, { from, to: from + bytes }]);
  }

  /** Reads into the buffer; returns how many bytes came. */
  async read(buffer: Buffer, bytes: number, from: number): Promise<number> {
    return (await this.#handle.read(buffer, 0, bytes, from)).bytesRead;
  }

  /** Leaves the content alone. */
  async complete(): Promise<void> {
    await this.#handle.truncate(this.#size);
  }
}
