import type { RunEvent } from '../events.js';
import type { RunPlan, Selection, SuiteOptions } from './executor.js';

/**
 * What the hunt and the process that hosts the user's Vitest say to each other over IPC. The host
 * is a process of its own since suites and plugins may kill, block or pollute the one they load in.
 */
export type ToHost =
  | { readonly type: 'open'; readonly options: SuiteOptions; readonly scratch: string }
  | { readonly type: 'run'; readonly plan: RunPlan }
  | { readonly type: 'abort' }
  | { readonly type: 'close' };

export type FromHost =
  | { readonly type: 'opened'; readonly selection: Selection }
  | { readonly type: 'failed'; readonly error: HostError }
  | { readonly type: 'events'; readonly events: readonly RunEvent[] }
  | {
      readonly type: 'fileStarted';
      readonly workerId: number;
      readonly project: string;
      readonly file: string;
    }
  /** Again and again, each `aliveMs`. */
  | { readonly type: 'alive' }
  | { readonly type: 'closed' };

/** How often the host says that it is not blocked. */
export const aliveMs = 20_000;

export interface HostError {
  /** A FlakehoundError's code, or null for anything else. */
  readonly code: string | null;
  readonly message: string;
  readonly hint: string;
  readonly stack: string;
}
