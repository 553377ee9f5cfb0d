import { FlakehoundError } from '../../errors.js';
import type { OpenFile } from '../../ports/files.js';
import type { Platform } from '../../ports/platform.js';
import type { Bytes, Lsn } from '../../units.js';
import type { LogManifest, LogPosition, SegmentEntry } from '../seam.js';
import { mayBeGroup, readGroupHeader } from './groupCodec.js';
import { readPiece, scanFile, walkFile } from './scanFile.js';
import type { Expected, OnGroup, SegmentEnd } from './scanSegment.js';
import { decodeSegmentHeader, type SegmentHeader, segmentHeaderBytes } from './segmentHeader.js';

/** What replaying a log takes. */
export interface ReplayTask {
  readonly platform: Pick<Platform, 'files' | 'crc32'>;
  readonly dir: string;
  readonly storeId: string;
  readonly log: LogManifest;
  /** Groups up to here are passed over. */
  readonly from: LogPosition;
  readonly onGroup: OnGroup;
  /** How much of a segment is read at once; 1 MiB when left out. A multiple of 8, at least 160. */
  readonly windowBytes?: Bytes;
}

/** A group that was begun and never finished. */
export interface TornTail {
  readonly name: string;
  readonly at: Bytes;
  readonly bytes: Bytes;
}

/** How a replay ended. */
export type Replay =
  | {
      readonly kind: 'ok';
      readonly position: LogPosition;
      /** All segments, with their ends: to be written to the manifest before anything follows. */
      readonly sealed: readonly SegmentEntry[];
      readonly torn?: TornTail;
    }
  | {
      readonly kind: 'corrupt';
      readonly name: string;
      readonly at: Bytes;
      readonly why: string;
      /** The records that can't be read: from the first to the last, if that is known. */
      readonly lost: { readonly from: Lsn; readonly upTo: Lsn | undefined };
    };

type Corrupt = Extract<Replay, { kind: 'corrupt' }>;

/**
 * Reads the log's groups in order, after `from`. Changes no file.
 *
 * @throws FlakehoundError `STORE_FORMAT` for a segment of a later format; `LOG_READ` when a file can't be read
 */
export async function replayLog(task: ReplayTask): Promise<Replay> {
  const window = Buffer.allocUnsafeSlow(task.windowBytes ?? 1 << 20);
  const { from, log } = task;
  const sealed: SegmentEntry[] = [];
  let position: LogPosition = from;
  let torn: TornTail | undefined;
  for (const entry of log.segments) {
    if (entry.lastLsn !== undefined && entry.lastLsn <= from.lsn) {
      sealed.push(entry);
      continue;
    }
    const one = await replaySegment(task, entry, position, window);
    if (one.kind === 'corrupt') return torn === undefined ? one : beyond(torn, position, one);
    if (torn !== undefined && (one.position.lsn > position.lsn || one.end.kind === 'tornTail')) {
      // A segment takes its first group only once the one before is durable to its end.
      const lost = { from: position.lsn + 1, upTo: undefined };
      const why = `it is not whole, and ${entry.name} goes on behind it`;
      return { kind: 'corrupt', name: torn.name, at: torn.at, why, lost };
    }
    position = one.position;
    if (one.end.kind === 'tornTail') {
      torn = { name: entry.name, at: one.end.at, bytes: one.end.bytes };
    }
    sealed.push({ ...entry, sealedAt: one.end.at, lastLsn: position.lsn });
  }
  return { kind: 'ok', position, sealed, ...(torn === undefined ? {} : { torn }) };
}

interface SegmentDone {
  readonly kind: 'done';
  readonly position: LogPosition;
  readonly end: Exclude<SegmentEnd, { kind: 'corrupt' }>;
}

async function replaySegment(
  task: ReplayTask,
  entry: SegmentEntry,
  position: LogPosition,
  window: Buffer,
): Promise<SegmentDone | Corrupt> {
  const corrupt = (at: Bytes, why: string, lost = lostFrom(entry, position)): Corrupt => {
    return { kind: 'corrupt', name: entry.name, at, why, lost };
  };
  const path = task.platform.files.join(task.dir, entry.name);
  let file: OpenFile;
  try {
    file = await task.platform.files.open(path, 'read');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return corrupt(0, 'it is missing');
    }
    throw unreadable(path, error);
  }
  try {
    const size = await file.size();
    const length = await readPiece(file, window, 0, segmentHeaderBytes + 32);
    const header = decodeSegmentHeader(window.subarray(0, length), task.platform.crc32);
    if (header.kind === 'newer') throw laterFormat(path, header.format);
    const wrong = header.kind === 'bad' ? header.why : contradiction(header, entry, task, size);
    if (wrong !== undefined || header.kind === 'bad') return corrupt(0, wrong ?? 'bad header');
    const isEarlier =
      mayBeGroup(window, segmentHeaderBytes, entry.generation) &&
      readGroupHeader(window, segmentHeaderBytes).firstLsn <= task.from.lsn;
    const expected: Expected = {
      generation: entry.generation,
      // A log may begin before the checkpoint; its first group then has nothing to follow.
      lsn: isEarlier ? undefined : position.lsn,
      chain: position.chain,
    };
    return await scanGroups(task, { entry, file, header, expected, window, corrupt });
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? unreadable(path, error) : error;
  } finally {
    await file.close().catch(() => undefined);
  }
}

async function scanGroups(
  task: ReplayTask,
  at: {
    readonly entry: SegmentEntry;
    readonly file: OpenFile;
    readonly header: SegmentHeader;
    readonly expected: Expected;
    readonly window: Buffer;
    readonly corrupt: (at: Bytes, why: string, lost?: Corrupt['lost']) => Corrupt;
  },
): Promise<SegmentDone | Corrupt> {
  const { entry, expected, corrupt } = at;
  const { from } = task;
  const joins = watchJoin(expected, task);
  const scan = {
    file: at.file,
    window: at.window,
    crc32: task.platform.crc32,
    onGroup: joins.take,
  };
  const known = () => expected.lsn ?? 0;
  let end: SegmentEnd;
  if (entry.sealedAt !== undefined) {
    const stopped = await walkFile(scan, [segmentHeaderBytes, entry.sealedAt], expected);
    const lost = { from: known() + 1, upTo: entry.lastLsn };
    if (stopped !== entry.sealedAt) {
      return corrupt(stopped, `a group is not whole before byte ${entry.sealedAt}`, lost);
    }
    if (known() !== (entry.lastLsn ?? known())) {
      return corrupt(stopped, `it ends with record ${known()}, not ${entry.lastLsn}`, lost);
    }
    end = { kind: 'end', at: stopped };
  } else {
    const range = [segmentHeaderBytes, at.header.capacity] as const;
    end = await scanFile(scan, range, expected, at.header.wiped);
  }
  if (end.kind === 'corrupt') {
    const upTo = end.laterLsn === undefined ? undefined : end.laterLsn - 1;
    return corrupt(end.at, end.why, { from: known() + 1, upTo });
  }
  if (!joins.joined()) {
    return corrupt(end.at, `it does not lead to record ${from.lsn} of the checkpoint`);
  }
  return { kind: 'done', end, position: { lsn: known(), chain: expected.chain } };
}

/** Passes over what the checkpoint covers, and sees that the log runs through the checkpoint's position. */
function watchJoin(
  expected: Expected,
  { from, onGroup }: ReplayTask,
): { readonly take: OnGroup; readonly joined: () => boolean } {
  let joined = expected.lsn !== undefined;
  return {
    take(records, start, to, firstLsn, count) {
      const last = firstLsn + count - 1;
      if (last > from.lsn) {
        if (joined) onGroup(records, start, to, firstLsn, count);
      } else if (last === from.lsn) {
        joined = expected.chain === from.chain;
      }
    },
    joined: () => joined,
  };
}

function lostFrom(entry: SegmentEntry, position: LogPosition): Corrupt['lost'] {
  return { from: position.lsn + 1, upTo: entry.lastLsn };
}

/** Damage behind a torn tail: the tail was no torn one. */
function beyond(torn: TornTail, position: LogPosition, later: Corrupt): Corrupt {
  const why = `it is not whole, and ${later.name} behind it is damaged too: ${later.why}`;
  return {
    ...later,
    name: torn.name,
    at: torn.at,
    why,
    lost: { ...later.lost, from: position.lsn + 1 },
  };
}

function contradiction(
  header: SegmentHeader,
  entry: SegmentEntry,
  task: ReplayTask,
  size: Bytes,
): string | undefined {
  if (header.storeId !== task.storeId) {
    return `it belongs to the store ${header.storeId}, not to ${task.storeId}`;
  }
  if (header.generation !== entry.generation || header.epoch !== entry.epoch) {
    return `it says epoch ${header.epoch}, generation ${header.generation}; the manifest says ${entry.epoch}, ${entry.generation}`;
  }
  if (size < header.capacity) return `it has ${size} bytes of ${header.capacity}`;
  return undefined;
}

function laterFormat(path: string, format: number): FlakehoundError {
  return new FlakehoundError('STORE_FORMAT', `${path} has the later format ${format}`, {
    hint: 'open the store with the version of flakehound that wrote it',
  });
}

function unreadable(path: string, cause: unknown): FlakehoundError {
  return new FlakehoundError('LOG_READ', `the log can't be read: ${path}`, {
    hint: `see that the file can be read, then open the store again`,
    cause,
  });
}
