import { type Ending, ForkedProcess } from './forkedWorker.js';
import type { Connection } from './workerSockets.js';

/** How long after a child's end its connection may still be on the way. */
const connectionLimitMs = 1_000;

interface Birth {
  pid: number | null;
  connection: Connection | null;
  ending: Ending | null;
  readonly resolve: (worker: ForkedProcess) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The children of one template, from the request on. Three reports make one: its number from the
 * template, its connection, and its end; they may come in any order.
 */
export class Children {
  readonly #births = new Map<number, Birth>();
  readonly #living = new Map<number, ForkedProcess>();

  /** A child was asked for under this number. */
  request(id: number): Promise<ForkedProcess> {
    return new Promise((resolve, reject) => {
      this.#births.set(id, { pid: null, connection: null, ending: null, resolve, reject });
    });
  }

  forked(id: number, pid: number): void {
    const birth = this.#births.get(id);
    if (!birth) return;
    birth.pid = pid;
    this.#complete(id, birth);
  }

  /** False for a number that nobody asked for. */
  connected(id: number, connection: Connection): boolean {
    const birth = this.#births.get(id);
    if (!birth) return false;
    birth.connection = connection;
    this.#complete(id, birth);
    return true;
  }

  refused(id: number, why: string): void {
    this.#births.get(id)?.reject(new Error(`fork server: ${why}`));
    this.#births.delete(id);
  }

  exited(pid: number, ending: Ending): void {
    const worker = this.#living.get(pid);
    if (worker) {
      this.#living.delete(pid);
      worker.ended(ending);
      return;
    }
    for (const [id, birth] of this.#births) {
      if (birth.pid !== pid) continue;
      birth.ending = ending;
      setTimeout(() => this.refused(id, `child ${pid} ended at once`), connectionLimitMs).unref();
    }
  }

  /** The kernel has ended all children, with the template. */
  lost(): void {
    const killed = { status: 9, userMs: 0, systemMs: 0 };
    for (const worker of this.#living.values()) worker.ended(killed);
    this.#living.clear();
    for (const id of [...this.#births.keys()]) this.refused(id, 'the template is gone');
  }

  #complete(id: number, birth: Birth): void {
    const { pid, connection, ending } = birth;
    if (pid === null || !connection) return;
    this.#births.delete(id);
    const worker = new ForkedProcess(pid, connection.socket, connection.rest);
    if (ending) setImmediate(() => worker.ended(ending));
    else this.#living.set(pid, worker);
    birth.resolve(worker);
  }
}
