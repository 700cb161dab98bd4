/** The checksums file that a publish adds: what `sha256sum -c` reads, the same bytes for the same files. */
import { expect, test } from '@jest/globals';
import type { Readable } from 'node:stream';
import { checksumsFile } from '../../src/commands/publish/checksums.ts';

const SHA = { a: 'a'.repeat(64), b: 'b'.repeat(64), c: 'c'.repeat(64) };

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('it lists every file but itself, sorted by name', async () => {
  const listed = [
    { name: 'z/b.txt', sha256: SHA.b },
    { name: 'a.txt', sha256: SHA.a },
    { name: 'SHA256SUMS', sha256: SHA.c },
  ];
  const file = checksumsFile('SHA256SUMS', listed);
  const text = `${SHA.a}  a.txt\n${SHA.b}  z/b.txt\n`;
  expect(await textOf(await file.source.open())).toBe(text);
  expect(file).toMatchObject({ name: 'SHA256SUMS', size: text.length, mode: '0644' });
  const turned = checksumsFile('SHA256SUMS', [...listed].reverse());
  expect(await turned.source.sha256()).toBe(await file.source.sha256());
});
