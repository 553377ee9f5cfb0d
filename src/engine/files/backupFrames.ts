import type { OpenFile } from '../../ports/files.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { readFully } from './readWhole.js';
import { writeFully } from './writeFully.js';

/** On disk: never renumber. */
export const FrameKind = { head: 1, records: 2, foot: 3 } as const;

export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** One frame of a backup. */
export interface Frame {
  readonly kind: FrameKind;
  /** Records in it. */
  readonly count: number;
  readonly payload: Uint8Array;
}

/** What comes next in a backup. */
export type NextFrame =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'damaged'; readonly why: string };

/** On disk: never changed; the digit is the version of the format. */
export const backupMagic = Buffer.from('fhback1\n', 'latin1');

/** Bytes before a frame's payload, and after it. */
export const frameHead = 16;
export const frameTail = 4;

/** Writes frames one after the other. */
export interface FrameWriter {
  /** How many bytes there are so far. */
  readonly size: Bytes;
  /** CRC of all that was written. */
  readonly seal: string;
  write(frame: Frame): Promise<void>;
}

/**
 * Begins a backup in an empty file.
 *
 * | frame  | bytes |                                                                   |
 * |--------|-------|-------------------------------------------------------------------|
 * | 0      | 4     | length of the payload                                             |
 * | 4      | 4     | number of records in it                                           |
 * | 8      | 1     | kind                                                              |
 * | 9      | 3     | 0                                                                 |
 * | 12     | 4     | CRC of the 12 bytes before, going on from the CRC before the frame |
 * | 16     | n     | payload                                                           |
 * | 16 + n | 4     | CRC of the payload, going on from the one at 12                   |
 */
export async function startFrames(file: OpenFile, crc32: Crc32): Promise<FrameWriter> {
  await writeFully(file, backupMagic, 0);
  let size = backupMagic.length;
  let chain = crc32(backupMagic, 0, backupMagic.length);
  return {
    get size() {
      return size;
    },
    get seal() {
      return chain.toString(16).padStart(8, '0');
    },
    async write({ kind, count, payload }) {
      const frame = Buffer.alloc(frameHead + payload.length + frameTail);
      frame.writeUInt32LE(payload.length, 0);
      frame.writeUInt32LE(count, 4);
      frame.writeUInt8(kind, 8);
      chain = crc32(frame, 0, frameHead - 4, chain);
      frame.writeUInt32LE(chain, frameHead - 4);
      frame.set(payload, frameHead);
      const end = frameHead + payload.length;
      chain = crc32(frame, frameHead, end, chain);
      frame.writeUInt32LE(chain, end);
      await writeFully(file, frame, size);
      size += frame.length;
    },
  };
}

/** Reads frames back; no more of the file is in memory than one of them. */
export interface FrameReader {
  readonly at: Bytes;
  /** CRC of all up to there. */
  readonly seal: string;
  next(): Promise<NextFrame>;
}

/** `undefined` when the file doesn't begin as a backup does. */
export async function readFrames(
  file: OpenFile,
  size: Bytes,
  crc32: Crc32,
): Promise<FrameReader | undefined> {
  const magic = Buffer.alloc(backupMagic.length);
  if ((await readFully(file, magic, 0)) < magic.length || !magic.equals(backupMagic)) {
    return undefined;
  }
  let at = magic.length;
  let chain = crc32(magic, 0, magic.length);
  const damaged = (why: string): NextFrame => ({ kind: 'damaged', why });
  return {
    get at() {
      return at;
    },
    get seal() {
      return chain.toString(16).padStart(8, '0');
    },
    async next() {
      const head = Buffer.alloc(frameHead);
      if ((await readFully(file, head, at)) < frameHead) return damaged('it ends too early');
      const headCrc = crc32(head, 0, frameHead - 4, chain);
      if (headCrc !== head.readUInt32LE(frameHead - 4)) return damaged('a frame’s head is wrong');
      // Trusted from here on, so that a wrong length never asks for memory.
      const length = head.readUInt32LE(0);
      if (at + frameHead + length + frameTail > size) return damaged('it ends too early');
      const body = Buffer.alloc(length + frameTail);
      if ((await readFully(file, body, at + frameHead)) < body.length) {
        return damaged('it ends too early');
      }
      const crc = crc32(body, 0, length, headCrc);
      if (crc !== body.readUInt32LE(length)) return damaged('a checksum is wrong');
      const kind = head.readUInt8(8);
      if (kind !== FrameKind.head && kind !== FrameKind.records && kind !== FrameKind.foot) {
        return damaged(`a frame is of kind ${kind}`);
      }
      at += frameHead + length + frameTail;
      chain = crc;
      const payload = body.subarray(0, length);
      return { kind: 'frame', frame: { kind, count: head.readUInt32LE(4), payload } };
    },
  };
}
