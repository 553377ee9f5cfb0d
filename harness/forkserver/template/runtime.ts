import type { ChildOrder } from '../protocol.js';

/** The worker runtime of the user's Vitest, in the order in which its methods are called. */
export interface Runtime {
  /** In the template: sets up what all children share. */
  prepare(): Promise<void>;
  /** Last in the template: from here on the process looks like an ordinary worker. */
  serve(): void;
  /** First in a child. */
  adopt(order: ChildOrder): void;
}
