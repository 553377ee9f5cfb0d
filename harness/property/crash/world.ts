import type { FileSystem } from '../../faults/fileSystem/createFileSystem.js';

/** Where a workload or a recovery does its work. */
export interface CrashWorld {
  /** Shaped as `node:fs`. */
  readonly fs: FileSystem;
  /** The directory to work in; it exists. */
  readonly dir: string;
}

/** What a workload gets. */
export interface WorkloadWorld extends CrashWorld {
  /** Tells that something begins; after a crash it may be there or not. */
  started(label: string, value?: unknown): void;
  /** Tells that something was promised to the caller; it must survive from here on. */
  acknowledge(label: string, value?: unknown): void;
}

/** Code under test, synchronous or not. */
export type Workload = (world: WorkloadWorld) => void | Promise<void>;

/** One thing that a workload told. */
export interface Told {
  readonly label: string;
  readonly value: unknown;
}

/** What an invariant judges: a recovered state, and what the caller knew before the crash. */
export interface Seen<State> {
  readonly state: State;
  readonly acknowledged: readonly Told[];
  /** Everything begun by then, acknowledged or not. */
  readonly started: readonly Told[];
  /** Begun and not acknowledged under the same label. */
  readonly inFlight: readonly Told[];
}

/** Fails by throwing, by returning false, or by returning the reason as text. */
export type Invariant<State> = (seen: Seen<State>) => unknown;
