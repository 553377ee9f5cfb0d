import type { RetryPolicy } from '../engine/seam.js';
import { FlakehoundError } from '../errors.js';
import type { Platform } from '../ports/platform.js';
import type { Bytes, Millis } from '../units.js';

/** What may be said when a store is opened. Everything may be left out. */
export interface StoreOptions {
  /** What to do where there is no store: make one (`create`, as when left out), or fail. */
  readonly missing?: 'create' | 'fail';
  /**
   * `shared`, as when left out: several processes may open the store, one owns it and the others
   * send it their calls. `exclusive`: fails where another process has it open. `readOnly`: looks at
   * what was durable when it was opened, takes no lock and changes no byte.
   */
  readonly mode?: 'shared' | 'exclusive' | 'readOnly';
  readonly log?: {
    /** Size of a full-grown segment. 8 MiB. */
    readonly segmentBytes?: Bytes;
    /** `now` holds the event loop for each sync, `background` doesn't, `auto` takes the first while the disk is fast. */
    readonly commit?: 'auto' | 'now' | 'background';
    /** Writers wait once so much is not durable yet. 32 MiB. */
    readonly maxPendingBytes?: Bytes;
    /** Writers wait once the oldest write has waited so long. 1,000 ms. */
    readonly maxPendingMs?: Millis;
  };
  readonly retry?: Partial<RetryPolicy>;
  readonly checkpoint?: {
    /** A checkpoint is made when the log has grown by so much, and by half of the last checkpoint. 8 MiB. */
    readonly logBytes?: Bytes;
    /** A change waits no longer for a checkpoint, which gives back what finished jobs hold in memory. 5 minutes. */
    readonly maxAgeMs?: Millis;
    /** The longest piece of a checkpoint done without giving way to others. 4 ms. */
    readonly sliceMs?: Millis;
  };
  readonly jobLogs?: {
    /** A file of log entries is closed at this size. 8 MiB. */
    readonly fileBytes?: Bytes;
    /** The oldest file goes when there are more. 8. */
    readonly files?: number;
    /** Entries kept of one job, the newest. 10,000. */
    readonly perJob?: number;
  };
  readonly limits?: {
    /** Of a job with its data and result, and of a log entry, as JSON. 16 MiB. */
    readonly recordBytes?: Bytes;
  };
  /** Jobs kept in memory beside those that changed since the last checkpoint, by their size on disk. 32 MiB. */
  readonly cacheBytes?: Bytes;
  /** How long `updateLater` may wait for others to be written with. 100 ms. */
  readonly flushMs?: Millis;
  /** Where a recovery file goes when the store's own folder takes none. The folder that holds the store's. */
  readonly recoveryDir?: string;
  readonly breaker?: {
    /** Writes are refused after so many failures in a row. 5. */
    readonly failures?: number;
    /** For so long, then one is let through. 1,000 ms. */
    readonly coolDownMs?: Millis;
  };
  /** How long a live owner may take to answer before it is called unreachable, five times as long for a call under way. 2,000 ms. */
  readonly ownerTimeoutMs?: Millis;
  /** Files, clock, chance, processes and channels, for tests; this machine's when left out. */
  readonly platform?: Partial<Platform>;
}

/** `StoreOptions` with every gap filled. */
export interface StoreSettings {
  readonly missing: 'create' | 'fail';
  readonly mode: 'shared' | 'exclusive' | 'readOnly';
  readonly log: {
    readonly segmentBytes: Bytes;
    readonly commit: 'auto' | 'now' | 'background';
    readonly maxPendingBytes: Bytes;
    readonly maxPendingMs: Millis;
  };
  readonly retry: RetryPolicy;
  readonly checkpoint: {
    readonly logBytes: Bytes;
    readonly maxAgeMs: Millis;
    readonly sliceMs: Millis;
  };
  readonly jobLogs: { readonly fileBytes: Bytes; readonly files: number; readonly perJob: number };
  readonly limits: { readonly recordBytes: Bytes };
  readonly cacheBytes: Bytes;
  readonly flushMs: Millis;
  readonly recoveryDir: string | undefined;
  readonly breaker: { readonly failures: number; readonly coolDownMs: Millis };
  readonly ownerTimeoutMs: Millis;
}

const kib = 1024;
const mib = 1024 * kib;

/**
 * Fills the gaps of the options; the only place that knows what is taken for granted.
 *
 * @throws FlakehoundError `STORE_OPTION` for a number out of range or a word that isn't known
 */
export function resolveOptions(given: StoreOptions): StoreSettings {
  checkNames(given);
  return {
    missing: oneOf('missing', given.missing ?? 'create', ['create', 'fail']),
    mode: oneOf('mode', given.mode ?? 'shared', ['shared', 'exclusive', 'readOnly']),
    log: {
      segmentBytes: atLeast('log.segmentBytes', given.log?.segmentBytes ?? 8 * mib, 4 * kib),
      commit: oneOf('log.commit', given.log?.commit ?? 'auto', ['auto', 'now', 'background']),
      maxPendingBytes: atLeast('log.maxPendingBytes', given.log?.maxPendingBytes ?? 32 * mib, 1),
      maxPendingMs: atLeast('log.maxPendingMs', given.log?.maxPendingMs ?? 1_000, 1),
    },
    retry: {
      attempts: atLeast('retry.attempts', given.retry?.attempts ?? 6, 1),
      base: atLeast('retry.base', given.retry?.base ?? 10, 0),
      cap: atLeast('retry.cap', given.retry?.cap ?? 1_000, 0),
      jitter: share('retry.jitter', given.retry?.jitter ?? 0.5),
    },
    checkpoint: {
      logBytes: atLeast('checkpoint.logBytes', given.checkpoint?.logBytes ?? 8 * mib, 1),
      maxAgeMs: atLeast('checkpoint.maxAgeMs', given.checkpoint?.maxAgeMs ?? 300_000, 1),
      sliceMs: atLeast('checkpoint.sliceMs', given.checkpoint?.sliceMs ?? 4, 1),
    },
    jobLogs: {
      fileBytes: atLeast('jobLogs.fileBytes', given.jobLogs?.fileBytes ?? 8 * mib, 1),
      files: atLeast('jobLogs.files', given.jobLogs?.files ?? 8, 1),
      perJob: atLeast('jobLogs.perJob', given.jobLogs?.perJob ?? 10_000, 0),
    },
    limits: {
      recordBytes: atLeast('limits.recordBytes', given.limits?.recordBytes ?? 16 * mib, kib),
    },
    cacheBytes: atLeast('cacheBytes', given.cacheBytes ?? 32 * mib, 0),
    flushMs: atLeast('flushMs', given.flushMs ?? 100, 0),
    recoveryDir: given.recoveryDir,
    breaker: {
      failures: atLeast('breaker.failures', given.breaker?.failures ?? 5, 1),
      coolDownMs: atLeast('breaker.coolDownMs', given.breaker?.coolDownMs ?? 1_000, 0),
    },
    ownerTimeoutMs: atLeast('ownerTimeoutMs', given.ownerTimeoutMs ?? 2_000, 1),
  };
}

const names = {
  missing: [],
  mode: [],
  log: ['segmentBytes', 'commit', 'maxPendingBytes', 'maxPendingMs'],
  retry: ['attempts', 'base', 'cap', 'jitter'],
  checkpoint: ['logBytes', 'maxAgeMs', 'sliceMs'],
  jobLogs: ['fileBytes', 'files', 'perJob'],
  limits: ['recordBytes'],
  cacheBytes: [],
  flushMs: [],
  recoveryDir: [],
  breaker: ['failures', 'coolDownMs'],
  ownerTimeoutMs: [],
  platform: [],
} as const satisfies Record<keyof StoreOptions, readonly string[]>;

/** What is mistyped would otherwise be taken for left out. */
function checkNames(given: StoreOptions): void {
  checkGroup('', given, Object.keys(names));
  for (const [name, inner] of Object.entries(names)) {
    const group: unknown = given[name as keyof StoreOptions];
    if (inner.length > 0 && group !== undefined) checkGroup(`${name}.`, group, inner);
  }
}

function checkGroup(path: string, group: unknown, known: readonly string[]): void {
  if (typeof group !== 'object' || group === null) {
    const what = path === '' ? 'options' : path.slice(0, -1);
    throw wrong(what, group, `an object with any of ${known.join(', ')}`);
  }
  const unknown = Object.keys(group).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new FlakehoundError('STORE_OPTION', `there is no option ${path}${unknown}`, {
    hint: `look for a typing error; known are ${known.map((name) => `${path}${name}`).join(', ')}`,
  });
}

function atLeast(name: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value;
  throw wrong(name, value, `a number of at least ${least}`);
}

function share(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw wrong(name, value, 'a number from 0 to 1');
}

function oneOf<Word extends string>(name: string, value: Word, words: readonly Word[]): Word {
  if (words.includes(value)) return value;
  throw wrong(name, value, words.join(', '));
}

function wrong(name: string, value: unknown, expected: string): FlakehoundError {
  return new FlakehoundError('STORE_OPTION', `${name} is ${String(value)}; expected ${expected}`, {
    hint: `leave ${name} out of the options of openStore, or give it ${expected}`,
  });
}
