import { toStringMethod } from 'fast-check';
import type {
  GroupStep,
  JobFilter,
  JobPatch,
  JobStatus,
  Json,
  PruneRule,
  TransitionDetails,
} from '../../../src/index.js';
import { printLines } from './printCode.js';

/**
 * Which version a step presumes: the one that the job has when the step (of several together, the
 * first) begins, or another.
 */
export type Presumed = 'right' | 'wrong';

/** A call that writes at once and goes by what was written before it, durable or not. */
export type JobWrite =
  | readonly [call: 'create', id: string, type: string, data?: Json, parent?: string]
  | readonly [call: 'update', id: string, patch: JobPatch, presumed?: Presumed]
  | readonly [
      call: 'transition',
      id: string,
      to: JobStatus,
      details?: Omit<TransitionDetails, 'ifVersion'>,
      presumed?: Presumed,
    ]
  | readonly [call: 'cancel', id: string]
  | readonly [call: 'remove', id: string, presumed?: Presumed]
  | readonly [call: 'group', steps: readonly GroupStep[]]
  | readonly [call: 'appendLog', id: string, message: string]
  | readonly [call: 'updateLater', id: string, patch: JobPatch]
  | readonly [call: 'flush'];

/**
 * One step of a script. `together` makes its calls in one turn and waits for them at its end;
 * `reopen` closes the store and opens it again; `crash` doesn't close it; `advance` lets time pass.
 */
export type JobStep =
  | JobWrite
  | readonly [call: 'together', writes: readonly JobWrite[]]
  | readonly [call: 'prune', rule: PruneRule]
  | readonly [call: 'list', filter: JobFilter]
  | readonly [call: 'checkpoint' | 'backup' | 'reopen' | 'crash']
  | readonly [call: 'advance', ms: number];

/** Calls on a job store, in order. Prints as the code that makes it. */
export type JobScript = readonly JobStep[];

/** Makes a script of steps; what `jobScripts` prints is a call of this. */
export function jobScript(steps: readonly JobStep[]): JobScript {
  const script = [...steps];
  Object.defineProperty(script, toStringMethod, {
    value: () => `jobScript(${printLines(script)})`,
  });
  return Object.freeze(script);
}
