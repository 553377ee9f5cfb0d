import { FlakehoundError } from '../../errors.js';
import { isoTime } from '../../jobs/isoTime.js';
import type { BackupFacts } from '../../jobs/jobStore.js';
import type { Clock } from '../../ports/clock.js';
import type { Files, OpenFile } from '../../ports/files.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes, JobSeq, Lsn } from '../../units.js';
import type { Pace } from '../seam.js';
import { FrameKind, type FrameWriter, startFrames } from './backupFrames.js';
import { readBackup } from './readBackup.js';
import { type ReplaceWorld, replaceFile } from './replaceFile.js';

/** What backups take from the world. */
export interface BackupWorld extends ReplaceWorld {
  readonly clock: Clock;
  readonly crc32: Crc32;
}

/** What a backup says of the store that it was made of. */
export interface BackupOrigin {
  readonly storeId: string;
  /** Everything up to it is in the backup, and nothing after. */
  readonly lsn: Lsn;
  /** The highest seq ever given. */
  readonly lastSeq: JobSeq;
  readonly jobs: number;
}

/** A backup to be written. */
export interface NewBackup {
  /** In a folder that exists. */
  readonly path: string;
  readonly origin: BackupOrigin;
  /** Records as the log has them; what is given may change once the next is asked for. */
  readonly source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly pace: Pace;
}

/** Records are gathered until they are so many bytes. */
const frameBytes: Bytes = 64 * 1024;

/**
 * Writes a backup to a temporary file, reads it back whole, and only then lets it replace an older
 * one. In memory there is never more than a frame.
 *
 * @throws FlakehoundError `BACKUP_FAILED` when it can't be written, `BACKUP_CORRUPT` when it reads
 *   back otherwise; an older backup is then still there. What `source` throws comes through
 */
export async function writeBackup(
  world: BackupWorld,
  { path, origin, source, pace }: NewBackup,
): Promise<BackupFacts> {
  if (typeof path !== 'string' || path === '') {
    throw new FlakehoundError('BACKUP_FAILED', `${JSON.stringify(path)} is no path of a backup`, {
      hint: 'give the path of a file; an older backup there is replaced',
    });
  }
  let written = { size: 0, seal: '' };
  try {
    await replaceFile(world, {
      folder: world.files.join(path, '..'),
      name: nameOf(world.files, path),
      fill: async (file) => {
        written = await fill(world, file, { origin, source, pace });
      },
      verify: async (temporary) => {
        const found = await readBackup(world, temporary, { pace });
        if (found.bytes === written.size && found.seal === written.seal) return;
        throw new FlakehoundError('BACKUP_CORRUPT', `${temporary} is not what was written to it`, {
          hint: 'look at the disk; the older backup is untouched',
        });
      },
    });
  } catch (error) {
    if (error instanceof FlakehoundError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FlakehoundError('BACKUP_FAILED', `the backup ${path} can’t be written: ${why}`, {
      hint:
        (error as NodeJS.ErrnoException)?.code === 'EISDIR'
          ? 'that is a folder: give the path of a file in it'
          : 'give a path in a folder that exists, on a disk with room for the whole store',
      cause: error,
    });
  }
  return { path, lsn: origin.lsn, jobs: origin.jobs, bytes: written.size };
}

async function fill(
  { crc32, clock }: BackupWorld,
  file: OpenFile,
  { origin, source, pace }: Pick<NewBackup, 'origin' | 'source' | 'pace'>,
): Promise<{ size: Bytes; seal: string }> {
  const frames = await startFrames(file, crc32);
  const head = { flakehound: 'store backup', ...origin, time: isoTime(clock.now()) };
  await frames.write({ kind: FrameKind.head, count: 0, payload: jsonBytes(head) });
  const gathered = new RecordFrame();
  let records = 0;
  for await (const record of source) {
    records++;
    gathered.add(record);
    if (gathered.size >= frameBytes) await gathered.writeTo(frames);
    const turn = pace.turn();
    if (turn !== undefined) await turn;
  }
  if (gathered.size > 0) await gathered.writeTo(frames);
  await frames.write({ kind: FrameKind.foot, count: 0, payload: jsonBytes({ records }) });
  return { size: frames.size, seal: frames.seal };
}

/** Records, each after its length, that will be one frame. */
class RecordFrame {
  #bytes = Buffer.alloc(2 * frameBytes);
  #size = 0;
  #count = 0;

  get size(): Bytes {
    return this.#size;
  }

  add(record: Uint8Array): void {
    const end = this.#size + 4 + record.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.alloc(end);
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.writeUInt32LE(record.length, this.#size);
    this.#bytes.set(record, this.#size + 4);
    this.#size = end;
    this.#count++;
  }

  async writeTo(frames: FrameWriter): Promise<void> {
    const payload = this.#bytes.subarray(0, this.#size);
    await frames.write({ kind: FrameKind.records, count: this.#count, payload });
    // What one large record made of it is not kept.
    if (this.#bytes.length > 2 * frameBytes) this.#bytes = Buffer.alloc(2 * frameBytes);
    this.#size = 0;
    this.#count = 0;
  }
}

const jsonBytes = (value: object): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

function nameOf(files: Files, path: string): string {
  const separators = files.join('a', 'b').includes('\\') ? /[\\/]/ : /\//;
  return path.split(separators).at(-1) ?? '';
}
