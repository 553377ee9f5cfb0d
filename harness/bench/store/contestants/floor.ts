import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { Contestant } from '../race.js';
import { recordBytes, recordOf } from '../record.js';

const fileBytes = 8 * 2 ** 20;

/**
 * What can't be undercut: bytes that are there already, written over zeros in a file that has its
 * full size on disk, and one sync. Nothing is encoded, nothing framed, nothing checked.
 *
 * @param records - made durable by one sync
 */
export function createFloor(path: string, records: number): Contestant {
  const file = openSync(path, 'w');
  const zeros = Buffer.alloc(2 ** 20);
  for (let at = 0; at < fileBytes; at += zeros.length) writeSync(file, zeros, 0, zeros.length, at);
  fsyncSync(file);
  const text = Array.from({ length: records }, (_, n) => JSON.stringify(recordOf(n, 1))).join('');
  const bytes = Buffer.from(text);
  if (bytes.length !== records * recordBytes) throw new Error(`a record has ${bytes.length} bytes`);
  let at = 0;
  return {
    name: 'floor',
    turn(commits) {
      for (let commit = 0; commit < commits; commit++) {
        if (at + bytes.length > fileBytes) at = 0;
        const written = writeSync(file, bytes, 0, bytes.length, at);
        if (written !== bytes.length) throw new Error(`short write of ${written} bytes`);
        fdatasyncSync(file);
        at += bytes.length;
      }
    },
    close: () => closeSync(file),
  };
}
