import type { Gate } from './gate.js';
import type { Runner } from './script.js';

/** What all forms of one file system share. */
export interface Core {
  readonly gate: Gate;
  readonly runner: Runner;
}
