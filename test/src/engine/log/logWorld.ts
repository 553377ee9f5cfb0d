import { createByteSink, putU32, putUtf8 } from '../../../../src/engine/byteSink.js';
import { formatVersion, readManifest } from '../../../../src/engine/files/manifest.js';
import { createManifestKeeper } from '../../../../src/engine/files/manifestKeeper.js';
import { isTemporaryName } from '../../../../src/engine/files/replaceFile.js';
import type { CommitPace } from '../../../../src/engine/log/commitPace.js';
import {
  finishGroup,
  groupBytes,
  groupHeaderBytes,
} from '../../../../src/engine/log/groupCodec.js';
import { type Replay, replayLog } from '../../../../src/engine/log/replayLog.js';
import type { OnGroup } from '../../../../src/engine/log/scanSegment.js';
import { encodeSegmentHeader } from '../../../../src/engine/log/segmentHeader.js';
import { startLog } from '../../../../src/engine/log/startLog.js';
import type {
  LogOptions,
  PoisonReport,
  WriteAheadLog,
} from '../../../../src/engine/log/writeAheadLog.js';
import type {
  LogPosition,
  Manifest,
  ManifestKeeper,
  OpenGroup,
} from '../../../../src/engine/seam.js';
import { FlakehoundError } from '../../../../src/errors.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import type { FilePlatform } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';

export const storeId = 'a store of tests';

/** A record as these tests write it: u32 length, then text. */
export function putRecord(group: Pick<OpenGroup, 'sink'>, text: string): void {
  putU32(group.sink, Buffer.byteLength(text));
  putUtf8(group.sink, text);
}

/** Reads back what `putRecord` wrote. */
export function readRecords(into: string[]): OnGroup {
  return (bytes, from, to, _firstLsn, count) => {
    const before = into.length;
    let at = from;
    while (at < to) {
      const length = bytes.readUInt32LE(at);
      into.push(bytes.toString('utf8', at + 4, at + 4 + length));
      at += 4 + length;
    }
    if (into.length - before !== count) throw new Error(`${count} records were announced`);
  };
}

/** The bytes of one group. */
export function groupOf(
  texts: readonly string[],
  facts: { generation?: number; chain?: number; firstLsn?: number } = {},
): { readonly bytes: Buffer; readonly crc: number } {
  const sink = createByteSink(64);
  sink.at = groupHeaderBytes;
  for (const text of texts) putRecord({ sink }, text);
  const { generation = 7, chain = 0, firstLsn = 1 } = facts;
  const crc = finishGroup(sink, { generation, chain, firstLsn, count: texts.length }, nodeCrc32);
  return {
    bytes: Buffer.from(sink.bytes.subarray(0, groupBytes(sink.at - groupHeaderBytes))),
    crc,
  };
}

/** The bytes of groups that follow each other. */
export function groupsOf(
  groups: readonly (readonly string[])[],
  facts: { generation?: number; chain?: number; firstLsn?: number } = {},
): { readonly pieces: readonly Buffer[]; readonly chain: number; readonly lsn: number } {
  let { chain = 0, firstLsn = 1 } = facts;
  const pieces = groups.map((texts) => {
    const { bytes, crc } = groupOf(texts, { ...facts, chain, firstLsn });
    chain = crc;
    firstLsn += texts.length;
    return bytes;
  });
  return { pieces, chain, lsn: firstLsn - 1 };
}

/** The bytes of a whole segment, filled up with zeros or with what an earlier use left. */
export function segmentOf(
  pieces: readonly Buffer[],
  how: { generation?: number; epoch?: number; capacity?: number; stale?: Buffer } = {},
): Buffer {
  const { generation = 7, epoch = 1, capacity = 1024, stale } = how;
  const header = { storeId, epoch, generation, capacity, wiped: stale === undefined };
  const bytes = Buffer.alloc(capacity);
  stale?.copy(bytes);
  Buffer.concat([encodeSegmentHeader(header, nodeCrc32), ...pieces]).copy(bytes);
  return bytes;
}

/** An entry of the manifest for a segment that nobody sealed. */
export function unsealed(name: string, generation = 7, epoch = 1) {
  return { name, generation, epoch };
}

export interface OpenedLog {
  readonly log: WriteAheadLog;
  readonly keeper: ManifestKeeper;
  /** The records after the checkpoint. */
  readonly replayed: readonly string[];
  readonly position: LogPosition;
  readonly poison: readonly PoisonReport[];
}

export const logOptions: LogOptions = {
  segmentBytes: 256,
  commit: 'now',
  maxPendingBytes: 1 << 20,
  maxPendingMs: 1000,
};

const nothing: Manifest = {
  format: { reader: formatVersion, writer: formatVersion },
  features: { required: [], optional: [] },
  storeId,
  serial: 0,
  epoch: 0,
  checkpoints: [],
  log: { segments: [], spares: [], nextGeneration: 1, nextSegment: 1 },
  nextTable: 1,
  clean: true,
};

/** What is in the directory now: reads alone. */
export async function replayed(
  platform: FilePlatform,
  dir = '/data',
): Promise<{
  readonly replay: Replay;
  readonly records: readonly string[];
  readonly manifest: Manifest;
}> {
  const manifest = (await readManifest(platform, dir))?.manifest ?? nothing;
  const records: string[] = [];
  const replay = await replayLog({
    platform,
    dir,
    storeId,
    log: manifest.log,
    from: manifest.checkpoints[0]?.position ?? { lsn: 0, chain: 0 },
    onGroup: readRecords(records),
  });
  return { replay, records, manifest };
}

/** Opens the log of a directory as a store does: replays it, then goes on in a new segment. */
export async function openLog(
  files: FilePlatform,
  how: {
    readonly dir?: string;
    readonly options?: Partial<LogOptions>;
    readonly fence?: () => void;
    readonly clock?: ReturnType<typeof storeClock>;
    readonly pace?: CommitPace;
  } = {},
): Promise<OpenedLog> {
  const { dir = '/data', fence = () => {}, clock = storeClock() } = how;
  const { replay, records, manifest } = await replayed(files, dir);
  if (replay.kind === 'corrupt') {
    throw new Error(`${replay.name} is corrupt at ${replay.at}: ${replay.why}`);
  }
  const platform = { ...files, clock };
  for (const name of await files.files.list(dir)) {
    if (isTemporaryName(name)) await files.files.unlink(files.files.join(dir, name));
  }
  const keeper = createManifestKeeper({ platform: files, dir, current: manifest, fence });
  const poison: PoisonReport[] = [];
  const log = await startLog({
    platform,
    dir,
    storeId,
    epoch: manifest.epoch + 1,
    position: replay.position,
    log: { ...manifest.log, segments: replay.sealed },
    keeper,
    options: { ...logOptions, ...how.options },
    fence,
    pace: how.pace,
    onPoisoned: (report) => poison.push(report),
  });
  return { log, keeper, replayed: records, position: replay.position, poison };
}

/** How a write of these tests ended. */
export type Outcome = 'acknowledged' | 'absent' | 'unknown';

/** Writes one record and says how it ended. */
export function write(log: WriteAheadLog, text: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    try {
      const group = log.group();
      putRecord(group, text);
      group.added();
      group.whenSettled((failure) => resolve(outcomeOf(failure)));
    } catch (error) {
      if (error instanceof FlakehoundError) resolve('absent');
      else reject(error);
    }
  });
}

function outcomeOf(failure: FlakehoundError | undefined): Outcome {
  if (failure === undefined) return 'acknowledged';
  return failure.code === 'STORE_OUTCOME_UNKNOWN' ? 'unknown' : 'absent';
}

/** Writes records one after the other. */
export async function writeAll(log: WriteAheadLog, texts: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const text of texts) outcomes.push(await write(log, text));
  return outcomes;
}

/** Texts that say their number. */
export function names(count: number, prefix = 'record'): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix} ${at}`);
}
