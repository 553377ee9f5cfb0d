import type { CallSite } from '../plan/callSite.js';
import type { Effect } from './effects.js';
import type { Ino, Nodes } from './nodes.js';

/** One primitive that changed the disk. */
export interface Step {
  /** As in `node:fs`. */
  readonly call: string;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
  readonly site?: CallSite | undefined;
}

/** What a workload did to a disk, effect by effect. */
export interface Recording {
  /** Durable: the disk before the first effect. */
  readonly start: Nodes;
  readonly effects: readonly Effect[];
  /** For each effect the step it is part of; undefined for marks. */
  readonly steps: readonly (Step | undefined)[];
  /** Above every inode number in use. */
  readonly nextIno: Ino;
}
