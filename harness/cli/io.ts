import { createLogUpdate } from 'log-update';
import type { JobStore, Processes, RestoreFacts, StoreReport } from '../../src/index.js';
import type { HistoryUse } from '../history/openHistory.js';
import type { GitState } from '../history/treeState.js';
import type { Clock } from '../runner/clock.js';
import type { Executor, SuiteOptions } from '../runner/executor.js';
import type { Load } from '../runner/load.js';

/** Where text goes. */
export interface OutStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly colour: boolean;
  /** @returns when the reader has taken enough for more to be written */
  write(text: string): Promise<void>;
  /** Shows `text` in place of the live region's last one; only where `isTTY`. */
  redraw(text: string): void;
  /** Takes the live region away. */
  clear(): void;
}

/** The world of a command: nothing below `main.ts` reaches for another one. */
export interface Io {
  /** Results. */
  readonly out: OutStream;
  /** Progress and errors. */
  readonly err: OutStream;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of Node, such as v20.20.0. */
  readonly node: string;
  readonly clock: Clock;
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Registers what must die at once at the second Ctrl-C; returns the way out of it. */
  onKill(kill: () => void): () => void;
  createExecutor(options: SuiteOptions): CliExecutor;
  createLoad(): Load;
  /**
   * Opens the store of the hunts under this root.
   *
   * @returns null where there is none, unless it is to be made
   * @throws FlakehoundError `STORE_*`
   */
  openHistory(root: string, use: HistoryUse): Promise<JobStore | null>;
  readonly stores: Stores;
  readonly git: Git;
  readonly processes: Processes;
  /** Sortable by time and unique. */
  freshHuntId(): string;
  /** 1..2^31 - 1 */
  freshSeed(): number;
}

/** Job stores of any kind, by their folders; all of it throws FlakehoundError `STORE_*`. */
export interface Stores {
  /** The folder that people mean: a store's own, or the root of a suite. */
  folderOf(dir: string): Promise<string>;
  /** It must be there. */
  open(folder: string, use: 'read' | 'write'): Promise<JobStore>;
  check(folder: string): Promise<StoreReport>;
  /** @param how - whether a store that is there may be replaced */
  restore(from: string, folder: string, how: { readonly replace: boolean }): Promise<RestoreFacts>;
}

/** What a hunt asks of version control. */
export interface Git {
  /** @returns null where there is no git, or no commit yet */
  state(root: string): Promise<GitState | null>;
  /** @returns the full name of the commit that `ref` stands for; null when git knows none */
  commit(root: string, ref: string): Promise<string | null>;
}

/** An executor which can also end its processes at once, without waiting for anything. */
export type CliExecutor = Executor & { kill?(): void };

/** Columns where a stream doesn't know. */
const unknownColumns = 80;

/**
 * Wraps a stream of Node. A reader that goes away is no error: the rest is dropped.
 *
 * @param onGone - called once when the reader has gone away
 */
export function outStream(
  stream: NodeJS.WriteStream,
  env: Io['env'],
  onGone: () => void = () => undefined,
): OutStream {
  const isTTY = stream.isTTY === true && env.TERM !== 'dumb';
  // A cursor that we never hide needs no rescue when we are killed.
  const live = createLogUpdate(stream, { showCursor: true });
  let gone = false;
  const waiting = new Set<() => void>();
  const release = (): void => {
    for (const resume of waiting) resume();
    waiting.clear();
  };
  stream.on('drain', release);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    if (gone) return;
    gone = true;
    release();
    onGone();
  });
  return {
    isTTY,
    colour: wantsColour(isTTY, env),
    get columns() {
      return stream.columns > 0 ? stream.columns : unknownColumns;
    },
    write(text) {
      if (gone || stream.write(text)) return Promise.resolve();
      return new Promise((resolve) => waiting.add(resolve));
    },
    redraw(text) {
      if (!gone) live(text);
    },
    clear() {
      if (!gone) live.clear();
    },
  };
}

/** FORCE_COLOR beats NO_COLOR, as in Node itself; without either, the terminal decides. */
export function wantsColour(isTTY: boolean, env: Io['env']): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY && (env.NO_COLOR ?? '') === '';
}
