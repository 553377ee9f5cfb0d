import { readManifest } from '../../engine/files/manifest.js';
import { createPace } from '../../engine/files/pace.js';
import { findHolder, type Holder } from '../../engine/ownership/claimOwnership.js';
import type { Manifest } from '../../engine/seam.js';
import { FlakehoundError } from '../../errors.js';
import type { Platform } from '../../ports/platform.js';
import type { Instant, Millis } from '../../units.js';
import { checkFolder } from './checkFolder.js';
import { checkLog } from './checkLog.js';
import { checkTables } from './checkTables.js';
import { isSame, type StoreFinding } from './findings.js';

/** Where to look. */
export interface CheckRequest {
  readonly platform: Platform;
  /** Absolute. */
  readonly dir: string;
  /** As the option of `openStore`. */
  readonly recoveryDir?: string | undefined;
}

/** Who holds a store. */
export interface StoreHolder {
  readonly pid: number;
  readonly state: 'alive' | 'unknown';
  readonly since: Instant;
  readonly epoch: number;
}

/** What a look at a store found. */
export interface StoreReport {
  readonly dir: string;
  /** Nothing worse than an `info` was found. */
  readonly ok: boolean;
  readonly storeId: string | null;
  readonly epoch: number | null;
  /** Of the last record; null where it can't be told. */
  readonly lsn: number | null;
  readonly holder: StoreHolder | null;
  /** Newest first. */
  readonly checkpoints: readonly {
    readonly lsn: number;
    readonly at: Instant;
    readonly jobs: number;
    readonly logEntries: number;
  }[];
  readonly segments: number;
  /** The worst first. */
  readonly findings: readonly StoreFinding[];
}

const slice: Millis = 4;

/**
 * A store in use changes while it is read, and one that wasn't may have been opened meanwhile; what
 * is really wrong is still wrong a while later.
 */
const looks = 6;
const betweenLooks: Millis = 50;

/**
 * Reads every byte of a store, and says what is wrong with it. Takes no lock, writes nothing, and
 * may be used beside a live owner.
 *
 * @throws FlakehoundError `STORE_DIR` where there is no folder to look at
 */
export async function checkFolderOf(request: CheckRequest): Promise<StoreReport> {
  await mustBeFolder(request);
  try {
    return await lookUntilSure(request);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw unreadable(request.dir, error);
  }
}

async function lookUntilSure(request: CheckRequest): Promise<StoreReport> {
  let report = await lookOnce(request);
  for (let look = 1; look < looks && hasErrors(report); look++) {
    await request.platform.clock.sleep(betweenLooks);
    const again = await lookOnce(request);
    if (report.findings.filter(isError).some((one) => again.findings.some((o) => isSame(one, o)))) {
      return again;
    }
    report = again;
  }
  if (!hasErrors(report)) return report;
  return { ...report, ok: false, findings: report.findings.map(unsure) };
}

/**
 * Who holds the store in a folder; null when nobody does, or there is none. Changes nothing.
 *
 * @throws FlakehoundError `STORE_LOCK`, `STORE_MANIFEST`, `STORE_FORMAT`
 */
export async function findStoreHolder(
  platform: Platform,
  dir: string,
): Promise<StoreHolder | null> {
  if ((await platform.files.facts(dir).catch(() => undefined))?.kind !== 'folder') return null;
  const manifestEpoch = async () => (await readManifest(platform, dir))?.manifest.epoch ?? 0;
  const holder = await findHolder({ platform, dir, manifestEpoch });
  return holder === undefined ? null : shownHolder(holder);
}

function shownHolder({ by, state }: Holder): StoreHolder {
  const { pid, since, epoch } = by;
  return { pid, state, since, epoch };
}

async function mustBeFolder({ platform, dir }: CheckRequest): Promise<void> {
  const facts = await platform.files.facts(dir).catch((cause: Error) => {
    throw unreadable(dir, cause);
  });
  if (facts?.kind === 'folder') return;
  const what = facts === undefined ? 'is not there' : 'is not a folder';
  throw new FlakehoundError('STORE_DIR', `${dir} ${what}`, {
    hint: 'look for a typing error in the path; it is the store’s folder',
  });
}

function unreadable(dir: string, cause: Error): FlakehoundError {
  return new FlakehoundError('STORE_DIR', `${dir} can’t be read: ${cause.message}`, {
    hint: 'give a folder that this process may read',
    cause,
  });
}

async function lookOnce(request: CheckRequest): Promise<StoreReport> {
  const { platform, dir } = request;
  const findings: StoreFinding[] = [];
  const manifest = await manifestOf(request, findings);
  const holder = await holderOf(request, manifest, findings);
  const isHeld = holder !== null;
  let lsn: number | undefined;
  if (manifest !== undefined) {
    const place = { platform, dir, manifest, pace: createPace(platform.clock, slice) };
    findings.push(...(await checkTables(place)));
    const log = await checkLog(place, isHeld);
    findings.push(...log.findings);
    lsn = log.lsn;
  }
  const recoveryFolders = [dir, request.recoveryDir ?? platform.files.join(dir, '..')];
  findings.push(...(await checkFolder({ ...request, manifest, isHeld, recoveryFolders })));
  const rank = { error: 0, warning: 1, info: 2 } as const;
  findings.sort((a, b) => rank[a.severity] - rank[b.severity]);
  return {
    dir,
    ok: findings.every(({ severity }) => severity === 'info'),
    storeId: manifest?.storeId ?? null,
    epoch: manifest?.epoch ?? null,
    lsn: lsn ?? null,
    holder,
    checkpoints: (manifest?.checkpoints ?? []).map(({ position, at, jobs, logs }) => ({
      lsn: position.lsn,
      at,
      jobs: jobs.jobs,
      logEntries: logs.reduce((sum, { entries }) => sum + entries, 0),
    })),
    segments: manifest?.log.segments.length ?? 0,
    findings,
  };
}

async function manifestOf(
  { platform, dir }: CheckRequest,
  findings: StoreFinding[],
): Promise<Manifest | undefined> {
  try {
    const found = await readManifest(platform, dir);
    if (found !== undefined) return found.manifest;
    findings.push({
      severity: 'error',
      file: dir,
      what: 'there is no manifest in it, so it is no store, or one that lost its head',
      hint: 'look for a typing error in the path, or restore a backup',
    });
  } catch (error) {
    if (!(error instanceof FlakehoundError)) throw error;
    findings.push({ severity: 'error', file: dir, what: error.message, hint: error.hint });
  }
  return undefined;
}

async function holderOf(
  { platform, dir }: CheckRequest,
  manifest: Manifest | undefined,
  findings: StoreFinding[],
): Promise<StoreHolder | null> {
  try {
    if (manifest !== undefined) return await findStoreHolder(platform, dir);
    const holder = await findHolder({ platform, dir, manifestEpoch: async () => 0 });
    return holder === undefined ? null : shownHolder(holder);
  } catch (error) {
    if (!(error instanceof FlakehoundError)) throw error;
    findings.push({ severity: 'error', file: dir, what: error.message, hint: error.hint });
    return null;
  }
}

const isError = ({ severity }: StoreFinding): boolean => severity === 'error';
const hasErrors = ({ findings }: StoreReport): boolean => findings.some(isError);

function unsure(finding: StoreFinding): StoreFinding {
  if (!isError(finding)) return finding;
  return {
    ...finding,
    severity: 'warning',
    hint: 'the store is in use and changed each time that it was read: check it again, or close it first',
  };
}
