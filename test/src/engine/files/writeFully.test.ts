import { expect, test } from 'vitest';
import { writeFully } from '../../../../src/engine/files/writeFully.js';
import type { OpenFile } from '../../../../src/index.js';
import { memoryFiles } from '../../../support/memoryFiles.js';

/** A file that takes so many bytes with each write, and what is in it. */
async function fileTaking(...counts: number[]) {
  const { files, volume } = memoryFiles();
  const file: OpenFile = await files.open('/data/a', 'create');
  const { write } = file;
  file.write = async (from, offset, length, at) => {
    const count = Math.min(length, counts.shift() ?? length);
    return count === 0 ? 0 : write.call(file, from, offset, count, at);
  };
  return { file, content: () => String(volume.readFileSync('/data/a')) };
}

test('what a write leaves out is written by the next', async () => {
  const { file, content } = await fileTaking(3, 1, 2);
  await writeFully(file, Buffer.from('0123456789'), 2);
  expect(content()).toBe('\0\x000123456789');
});

test('a file that takes no byte more is on a full disk', async () => {
  const { file, content } = await fileTaking(3, 0);
  await expect(writeFully(file, Buffer.from('0123456789'), 0)).rejects.toMatchObject({
    code: 'ENOSPC',
    message: "ENOSPC: wrote 3 of 10 bytes, write '/data/a'",
  });
  expect(content()).toBe('012');
});
