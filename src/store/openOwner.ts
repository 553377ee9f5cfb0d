import { createBreaker } from '../engine/files/breaker.js';
import { keepBytes } from '../engine/files/kept.js';
import { type ReadManifest, readManifest } from '../engine/files/manifest.js';
import { createManifestKeeper } from '../engine/files/manifestKeeper.js';
import { retryingFiles } from '../engine/files/retry.js';
import type { CommitPace } from '../engine/log/commitPace.js';
import { type Replay, replayLog } from '../engine/log/replayLog.js';
import { segmentHeaderBytes } from '../engine/log/segmentHeader.js';
import { startLog } from '../engine/log/startLog.js';
import type { WriteAheadLog } from '../engine/log/writeAheadLog.js';
import type { Ownership } from '../engine/ownership/ownership.js';
import { RecordKind } from '../engine/recordLayout.js';
import type { Manifest, ManifestKeeper, SegmentEntry } from '../engine/seam.js';
import { RecentLogs } from '../engine/state/recentLogs.js';
import { RecentState } from '../engine/state/recentState.js';
import { emptyTable } from '../engine/state/tableView.js';
import { FlakehoundError } from '../errors.js';
import type { RecoveryReport } from '../jobs/jobStore.js';
import type { Platform } from '../ports/platform.js';
import type { Bytes } from '../units.js';
import { ErrorLedger } from './errorLedger.js';
import { freshManifest } from './freshManifest.js';
import { openTables } from './openTables.js';
import type { StoreSettings } from './options.js';
import { OwnerStore } from './ownerStore.js';
import { readOnlyLog } from './readOnlyLog.js';
import { refuseHeadless, sweepFolder } from './storeFolder.js';
import { lastNumberIn, Tables } from './tables.js';

/** A store to be opened in a folder that is there. */
export interface OwnerRequest {
  readonly platform: Platform;
  readonly dir: string;
  readonly settings: StoreSettings;
  /** Undefined to read alone: nothing is written then, not even a lock. */
  readonly ownership: Ownership | undefined;
  /** Of the guests that this owner may have. */
  readonly pace?: CommitPace | undefined;
  /** The manifest as it was once the ownership stood; read when left out. */
  readonly found?: ReadManifest | undefined;
}

/** Copies of cut-off bytes, together. */
const keptBytes: Bytes = 64 * 1024 * 1024;

/**
 * Recovers what is durable and opens it: the checkpoint, the log behind it, then a new segment in
 * the name of the new epoch, then what recovery files hold.
 *
 * @throws FlakehoundError `STORE_MANIFEST`, `STORE_FORMAT`, `STORE_CORRUPT`, `STORE_FENCED`,
 * `CHECKPOINT_CORRUPT`, `STORE_DIR`, and why the disk takes no new segment
 */
export async function openOwner(request: OwnerRequest): Promise<OwnerStore> {
  try {
    return await recover(request);
  } catch (error) {
    if (error instanceof FlakehoundError) throw error;
    const { dir } = request;
    const why = error instanceof Error ? error.message : String(error);
    throw new FlakehoundError('STORE_DIR', `the store in ${dir} can’t be opened: ${why}`, {
      hint: `see that ${dir} and its files can be read and written by this user, then open it again`,
      cause: error,
    });
  }
}

async function recover(request: OwnerRequest): Promise<OwnerStore> {
  let retries = 0;
  const { settings, dir } = request;
  const platform: Platform = {
    ...request.platform,
    files: retryingFiles(request.platform.files, {
      clock: request.platform.clock,
      random: request.platform.random,
      policy: settings.retry,
      onRetry: () => {
        retries++;
      },
    }),
  };
  const { manifest, ownership, why } = await manifestOf({ ...request, platform });
  const opened = await openTables({ platform, dir, manifest });
  const tables = new Tables(opened);
  let log: WriteAheadLog | undefined;
  try {
    const errors = new ErrorLedger(platform.clock);
    const merged = new Set(opened.checkpoint?.merged ?? []);
    const state = stateOver(tables, settings);
    const replayed = await replay(
      { platform, dir, manifest, state, errors, merged },
      opened.position,
    );
    const recovery: { -readonly [Key in keyof RecoveryReport]: RecoveryReport[Key] } = {
      wasClosed: manifest.clean,
      replayedRecords: replayed.position.lsn - opened.position.lsn,
      tornBytes: replayed.torn?.bytes ?? 0,
      keptIn: [],
      mergedUpdates: 0,
      notes: opened.notes,
    };
    const breaker = createBreaker(
      { failures: settings.breaker.failures, coolDown: settings.breaker.coolDownMs },
      () => platform.clock.elapsed(),
    );
    const recoveryFolders = [dir, settings.recoveryDir ?? platform.files.join(dir, '..')];
    let keeper: ManifestKeeper = { current: manifest, change: () => Promise.reject(readOnly(dir)) };
    log = readOnlyLog(dir, replayed.position, why);
    if (ownership !== undefined) {
      if (replayed.torn !== undefined) {
        const { name, at, bytes } = replayed.torn;
        const kept = await keepBytes(
          { ...platform, dir, limit: keptBytes },
          { name, from: at, to: at + bytes },
        );
        if (kept.kind === 'kept') recovery.keptIn = [kept.path];
      }
      const fence = (): void => ownership.fence();
      keeper = createManifestKeeper({ platform, dir, current: manifest, fence });
      if (manifest.serial === 0) {
        // Before any other file, so that those without a manifest are never a crash's.
        await keeper.change((now) => ({ ...now, epoch: ownership.epoch }));
      }
      log = await startLog({
        platform,
        dir,
        epoch: ownership.epoch,
        storeId: manifest.storeId,
        position: replayed.position,
        // An owner that wrote nothing leaves a segment that says nothing.
        log: { ...manifest.log, segments: replayed.sealed.filter(hasGroups) },
        keeper,
        options: settings.log,
        fence,
        pace: request.pace,
        onPoisoned: ({ outcome, cause }) => {
          if (outcome === 'readOnly') breaker.failed(cause);
          errors.note(cause, outcome === 'recovered' ? 'warning' : 'error');
        },
      });
    }
    const store = new OwnerStore({
      platform,
      dir,
      settings,
      keeper,
      log,
      state,
      tables,
      errors,
      breaker,
      ownership,
      recovery,
      retries: () => retries,
      merged,
      recoveryFolders,
    });
    if (ownership !== undefined) {
      // Older locks say nothing any more; the next owner removes them too.
      await Promise.all([
        ownership.removeOlder().catch((error: unknown) => errors.note(error, 'warning')),
        sweepFolder(platform.files, dir, keeper.current),
      ]);
      const { updates, notes } = await store.mergeRecovery();
      recovery.mergedUpdates = updates;
      recovery.notes = [...recovery.notes, ...notes];
    }
    return store;
  } catch (error) {
    // What the log holds by now is durable; why the store can't be opened is the news.
    await log?.close().catch(() => undefined);
    await tables.close();
    throw error;
  }
}

/** The manifest to go on from, and whether this process may write. */
async function manifestOf(request: OwnerRequest): Promise<{
  readonly manifest: Manifest;
  readonly ownership: Ownership | undefined;
  readonly why: string;
}> {
  const { platform, dir, settings, ownership } = request;
  const found = request.found ?? (await readManifest(platform, dir));
  if (found === undefined) {
    const missing = ownership === undefined ? 'fail' : settings.missing;
    await refuseHeadless(platform.files, dir, missing);
    return { manifest: freshManifest(platform.random), ownership, why: '' };
  }
  if (found.access === 'read') {
    return { manifest: found.manifest, ownership: undefined, why: 'a newer flakehound wrote it' };
  }
  return { manifest: found.manifest, ownership, why: 'it was opened to be read' };
}

function stateOver(tables: Tables, settings: StoreSettings): RecentState {
  const { jobs } = tables.current;
  const logs = new RecentLogs({
    lastNumber: (seq) => lastNumberIn(tables.current, seq),
    jobId: (seq) => state.at(seq)?.id ?? '',
  });
  const state: RecentState = new RecentState({
    table: jobs ?? emptyTable,
    lastSeq: jobs?.entry.lastSeq ?? 0,
    cacheBytes: settings.cacheBytes,
    logs,
  });
  return state;
}

async function replay(
  {
    platform,
    dir,
    manifest,
    state,
    errors,
    merged,
  }: {
    readonly platform: Platform;
    readonly dir: string;
    readonly manifest: Manifest;
    readonly state: RecentState;
    readonly errors: ErrorLedger;
    readonly merged: Set<string>;
  },
  from: { readonly lsn: number; readonly chain: number },
): Promise<Extract<Replay, { kind: 'ok' }>> {
  let bad: string | undefined;
  const replayed = await replayLog({
    platform,
    dir,
    storeId: manifest.storeId,
    log: manifest.log,
    from,
    onGroup: (bytes, begin, end, firstLsn) => {
      const at = state.replay({ bytes, from: begin, to: end }, firstLsn, ({ kind, text }) => {
        if (kind === RecordKind.errorEvent) errors.replay(text);
        else if (kind === RecordKind.merged) merged.add(text);
      });
      if (at !== -1) bad ??= `the group of LSN ${firstLsn} holds what is no record`;
    },
  });
  if (replayed.kind === 'ok' && bad === undefined) return replayed;
  const what =
    replayed.kind === 'corrupt'
      ? `${replayed.name} is damaged at byte ${replayed.at}: ${replayed.why}; ${lostText(replayed.lost)}`
      : bad;
  throw new FlakehoundError(
    'STORE_CORRUPT',
    `the log of the store in ${dir} can’t be read on: ${what}`,
    {
      hint: `keep a copy of ${dir}, look with: flakehound store check ${dir}, then restore a backup`,
    },
  );
}

function lostText({
  from,
  upTo,
}: {
  readonly from: number;
  readonly upTo: number | undefined;
}): string {
  return upTo === undefined
    ? `the records from LSN ${from} on would be lost`
    : `the records of LSN ${from} to ${upTo} would be lost`;
}

function hasGroups({ sealedAt = 0 }: SegmentEntry): boolean {
  return sealedAt > segmentHeaderBytes;
}

function readOnly(dir: string): FlakehoundError {
  return new FlakehoundError('STORE_READ_ONLY', `the store in ${dir} was opened to be read`, {
    hint: 'open it with another mode to write to it',
  });
}
