import type { ChildOrder } from '../protocol.js';

/** The worker runtime of the user's Vitest, in the order in which its methods are called. */
export interface Runtime {
  /** In the template: loads what a worker loads, and sets the environment up where it can be. */
  prepare(): Promise<void>;
  /** Whether packages are imported in the environment that tests see, once `prepare` is through. */
  readonly sharesEnvironment: boolean;
  /** Runs and compiles what the children will, without the user's code being executed. */
  warmUp(): Promise<void>;
  /** Last in the template: from here on the process looks like an ordinary worker. */
  serve(): void;
  /** First in a child. */
  adopt(order: ChildOrder): void;
}
