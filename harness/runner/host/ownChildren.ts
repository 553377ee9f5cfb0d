import type { ChildProcess } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';

/** Where Node tells of each process that this thread starts by `node:child_process`. */
const channel = 'child_process';

/**
 * The children that Node itself has started and waits for. Whoever takes the exit status of one
 * keeps its 'exit' event from ever coming.
 */
export class OwnChildren implements Disposable {
  readonly #living = new Set<ChildProcess>();
  // Node tells while the object is made: its pid comes with the spawn, in the same turn.
  readonly #note = (message: unknown): void => {
    this.#living.add((message as { process: ChildProcess }).process);
  };

  constructor() {
    diagnostics.subscribe(channel, this.#note);
  }

  /** Whether Node has still to take the exit status of this process. */
  has(pid: number): boolean {
    for (const child of this.#living) {
      // Set when Node has taken it, or when there was nothing to start.
      if (child.exitCode !== null || child.signalCode !== null) this.#living.delete(child);
      else if (child.pid === pid) return true;
    }
    return false;
  }

  [Symbol.dispose](): void {
    diagnostics.unsubscribe(channel, this.#note);
  }
}
