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

/** What a backup is read from. */
export interface BackupSource {
  readonly files: Files;
  readonly crc32: Crc32;
}

/**
 * Reads a backup to its end and checks all of it. In memory there is never more than a frame.
 *
 * @throws FlakehoundError `BACKUP_CORRUPT` when a byte is missing, too many or wrong;
 *   `BACKUP_FAILED` when it can't be read. What the visitor throws comes through
 */
export async function readBackup(
  source: BackupSource,
  path: string,
  visitor: BackupVisitor,
): Promise<WholeBackup> {
  const parts = backupParts(source, path);
  try {
    for (;;) {
      const { done, value } = await parts.next();
      if (done === true) return value;
      if (value.kind === 'head') {
        await visitor.head?.(value.head);
        continue;
      }
      for (const record of value.records) {
        const told = visitor.record?.(record);
        if (told !== undefined) await told;
      }
      await visitor.pace.turn();
    }
  } finally {
    // Closes the file when the visitor threw; the value goes nowhere.
    await parts.return(undefined as never);
  }
}

/** A piece of a backup, in the order in which they come. */
export type BackupPart =
  | { readonly kind: 'head'; readonly head: BackupHead }
  | { readonly kind: 'records'; readonly records: readonly Uint8Array[] };

/**
 * The same for those who take the pieces as they need them. Only its return says that all of it is
 * whole.
 *
 * @throws FlakehoundError as `readBackup`
 */
export async function* backupParts(
  { files, crc32 }: BackupSource,
  path: string,
): AsyncGenerator<BackupPart, WholeBackup> {
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
    yield { kind: 'head', head };
    let total = 0;
    let frame = await next();
    for (; frame.kind === FrameKind.records; frame = await next()) {
      const records = [...recordsOf(path, frames, frame)];
      total += records.length;
      yield { kind: 'records', records };
    }
    const foot = parsed(path, frames, frame, { kind: FrameKind.foot, shape: footShape });
    if (foot.records !== total) {
      throw corrupt(path, frames.at, `it has ${total} records instead of ${foot.records}`);
    }
    if (frames.at !== size) throw corrupt(path, frames.at, 'something follows its end');
    return { ...head, records: total, bytes: size, seal: frames.seal };
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
