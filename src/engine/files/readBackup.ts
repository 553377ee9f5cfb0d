import { FlakehoundError } from '../../errors.js';
import type { Files } from '../../ports/files.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import type { Pace } from '../seam.js';
import type { BackupOrigin } from './backup.js';
import { type Frame, FrameKind, type FrameReader, readFrames } from './backupFrames.js';
import { objectOf, type Shape, ShapeError, textOf, wholeFrom } from './shape.js';

/** What a backup says of itself first. */
export interface BackupHead extends BackupOrigin {
  /** When it was written, ISO 8601. */
  readonly time: string;
}

/** A backup that was read to its end and is whole. */
export interface WholeBackup extends BackupHead {
  readonly records: number;
  readonly bytes: Bytes;
  /** CRC of everything in it. */
  readonly seal: string;
}

/** Who is told what is in a backup while it is read. */
export interface BackupVisitor {
  readonly pace: Pace;
  head?(head: BackupHead): void | Promise<void>;
  /** The bytes may be kept. What comes before damage is told too: read once without, then with. */
  record?(bytes: Uint8Array): void | Promise<void>;
}

/**
 * Reads a backup to its end and checks all of it. In memory there is never more than a frame.
 *
 * @throws FlakehoundError `BACKUP_CORRUPT` when a byte is missing, too many or wrong;
 *   `BACKUP_FAILED` when it can't be read. What the visitor throws comes through
 */
export async function readBackup(
  { files, crc32 }: { readonly files: Files; readonly crc32: Crc32 },
  path: string,
  visitor: BackupVisitor,
): Promise<WholeBackup> {
  const reading = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw unreadable(path, error);
    }
  };
  const file = await reading(() => files.open(path, 'read'));
  try {
    const size = await reading(() => file.size());
    const frames = await reading(() => readFrames(file, size, crc32));
    if (frames === undefined) throw corrupt(path, 0, 'it doesn’t begin as a backup does');
    const next = async (): Promise<Frame> => {
      const { at } = frames;
      const found = await reading(() => frames.next());
      if (found.kind === 'damaged') throw corrupt(path, at, found.why);
      return found.frame;
    };
    const head = parsed(path, frames, await next(), { kind: FrameKind.head, shape: headShape });
    await visitor.head?.(head);
    let records = 0;
    let frame = await next();
    for (; frame.kind === FrameKind.records; frame = await next()) {
      for (const record of recordsOf(path, frames, frame)) {
        records++;
        const told = visitor.record?.(record);
        if (told !== undefined) await told;
      }
      await visitor.pace.turn();
    }
    const foot = parsed(path, frames, frame, { kind: FrameKind.foot, shape: footShape });
    if (foot.records !== records) {
      throw corrupt(path, frames.at, `it has ${records} records instead of ${foot.records}`);
    }
    if (frames.at !== size) throw corrupt(path, frames.at, 'something follows its end');
    return { ...head, records, bytes: size, seal: frames.seal };
  } finally {
    await file.close();
  }
}

function* recordsOf(path: string, frames: FrameReader, { payload, count }: Frame) {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = 0;
  for (let n = 0; n < count; n++) {
    const from = at + 4;
    const to = from <= bytes.length ? from + bytes.readUInt32LE(at) : from;
    if (to > bytes.length) throw corrupt(path, frames.at, 'a record leaves its frame');
    yield bytes.subarray(from, to);
    at = to;
  }
  if (at !== bytes.length) throw corrupt(path, frames.at, 'a frame is longer than its records');
}

function parsed<T>(
  path: string,
  frames: FrameReader,
  frame: Frame,
  expected: { readonly kind: FrameKind; readonly shape: Shape<T> },
): T {
  if (frame.kind !== expected.kind) {
    throw corrupt(path, frames.at, `a frame of kind ${frame.kind} is out of its place`);
  }
  try {
    return expected.shape(JSON.parse(Buffer.from(frame.payload).toString('utf8')), '');
  } catch (error) {
    if (error instanceof ShapeError || error instanceof SyntaxError) {
      throw corrupt(path, frames.at, error.message);
    }
    throw error;
  }
}

function corrupt(path: string, at: Bytes, why: string): FlakehoundError {
  return new FlakehoundError(
    'BACKUP_CORRUPT',
    `${path} is no whole backup: ${why}, at byte ${at}`,
    {
      hint: 'restore from another backup',
    },
  );
}

function unreadable(path: string, error: unknown): FlakehoundError {
  const why = error instanceof Error ? error.message : String(error);
  return new FlakehoundError('BACKUP_FAILED', `the backup ${path} can’t be read: ${why}`, {
    hint: 'give the path of a backup that this user may read',
    cause: error,
  });
}

const count = wholeFrom(0);

const headShape = objectOf<BackupHead>({
  storeId: textOf(/./, 'the store’s id'),
  lsn: count,
  lastSeq: count,
  jobs: count,
  time: textOf(/./, 'a time'),
});

const footShape = objectOf<{ records: number }>({ records: count });
