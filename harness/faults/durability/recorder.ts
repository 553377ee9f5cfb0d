import { posix } from 'node:path';
import type { Interceptor, Operation } from '../interceptor.js';
import { captureCallSite } from './callSite.js';
import type { Disk } from './disk.js';
import type { Effect, Mark } from './effects.js';
import type { Nodes } from './nodes.js';
import type { Recording, Step } from './recording.js';

/** Notes what happens to a {@link Disk}, with the calls that made it happen. */
export class Recorder implements Interceptor {
  private readonly disk: Disk;
  private readonly start: Nodes;
  private readonly effects: Effect[] = [];
  private readonly steps: (Step | undefined)[] = [];
  private current: Step | undefined;

  constructor(disk: Disk) {
    this.disk = disk;
    this.start = disk.nodes();
    disk.listener = (effect) => this.note(effect);
  }

  /** Puts what the workload told into the sequence. */
  mark(mark: Mark): void {
    this.note({ kind: 'mark', mark });
  }

  /** Everything so far. */
  recording(): Recording {
    return {
      start: this.start,
      effects: [...this.effects],
      steps: [...this.steps],
      nextIno: this.disk.inoLimit,
    };
  }

  /**
   * This recorder with another interceptor on its outer side. A sync that the other one fails is
   * noted as failed: what it should have written no longer counts as dirty.
   */
  around(outer: Interceptor): Interceptor {
    return {
      sync: (operation, proceed) => {
        try {
          return outer.sync(operation, (args = operation.args) =>
            this.sync({ ...operation, args }, () => proceed(args)),
          );
        } catch (error) {
          this.noteFailedSync(operation);
          throw error;
        }
      },
      async: async (operation, proceed) => {
        try {
          return await outer.async(operation, (args = operation.args) =>
            this.async({ ...operation, args }, () => proceed(args)),
          );
        } catch (error) {
          this.noteFailedSync(operation);
          throw error;
        }
      },
    };
  }

  sync<T>(operation: Operation, proceed: (args?: readonly unknown[]) => T): T {
    return this.during(operation, proceed);
  }

  /** The disk acts within the call, before the promise is even given: see diskBackend. */
  async<T>(operation: Operation, proceed: (args?: readonly unknown[]) => Promise<T>): Promise<T> {
    return this.during(operation, proceed);
  }

  private noteFailedSync(operation: Operation): void {
    if (operation.name !== 'fsync' && operation.name !== 'fdatasync') return;
    const ino = this.disk.open.get(operation.fd ?? -1)?.ino;
    if (ino === undefined) return;
    this.during(operation, () => this.note({ kind: 'failedSync', ino }));
  }

  private during<T>(operation: Operation, act: () => T): T {
    const before = this.current;
    this.current = stepOf(operation);
    try {
      return act();
    } finally {
      this.current = before;
    }
  }

  private note(effect: Effect): void {
    this.effects.push(effect);
    this.steps.push(effect.kind === 'mark' ? undefined : this.current);
  }
}

function stepOf(operation: Operation): Step {
  const { name, within, path, dest } = operation;
  return {
    call: within ?? name,
    path: path === undefined ? undefined : posix.resolve('/', path),
    dest: dest === undefined ? undefined : posix.resolve('/', dest),
    site: captureCallSite(),
  };
}
