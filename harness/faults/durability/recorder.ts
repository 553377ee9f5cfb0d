import { posix } from 'node:path';
import type { Interceptor, Operation } from '../interceptor.js';
import { type CallSite, CallSites } from '../plan/callSite.js';
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
  private readonly sites = new CallSites();
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

  /** The disk's descriptor for one that the workload has; a mirror's differ. */
  ownDescriptor: (fd: number) => number | undefined = (fd) => fd;

  /**
   * This recorder, or the mirror that it writes for, with another interceptor on its outer side. A sync that the other one fails is
   * noted as failed: what it should have written no longer counts as dirty.
   */
  around(outer: Interceptor, inner: Interceptor = this): Interceptor {
    return {
      sync: (operation, proceed) => {
        try {
          return outer.sync(operation, (args = operation.args) =>
            inner.sync({ ...operation, args }, () => proceed(args)),
          );
        } catch (error) {
          this.noteFailedSync(operation);
          throw error;
        }
      },
      async: async (operation, proceed) => {
        try {
          return await outer.async(operation, (args = operation.args) =>
            inner.async({ ...operation, args }, () => proceed(args)),
          );
        } catch (error) {
          this.noteFailedSync(operation);
          throw error;
        }
      },
    };
  }

  sync<T>(operation: Operation, proceed: (args?: readonly unknown[]) => T): T {
    const step = this.stepOf(operation);
    const result = this.within(step, proceed);
    this.noteDescriptor(operation, result, step.site);
    return result;
  }

  /** The disk acts within the call, before the promise is even given: see diskBackend. */
  async async<T>(
    operation: Operation,
    proceed: (args?: readonly unknown[]) => Promise<T>,
  ): Promise<T> {
    const step = this.stepOf(operation);
    const result = await this.within(step, proceed);
    this.noteDescriptor(operation, result, step.site);
    return result;
  }

  /** An operation as a step of a recording, called from where the stack is now. */
  stepOf(operation: Operation): Step & { readonly site: CallSite } {
    const { name, within, path, dest } = operation;
    return {
      call: within ?? name,
      path: path === undefined ? undefined : posix.resolve('/', path),
      dest: dest === undefined ? undefined : posix.resolve('/', dest),
      site: this.sites.of(operation),
    };
  }

  /** Remembers who opened a descriptor, for operations on it that have no caller on the stack. */
  noteDescriptor(operation: Operation, result: unknown, site: CallSite): void {
    if (operation.name === 'open') this.sites.noteOpened(result as number, site);
    if (operation.name === 'close') this.sites.noteClosed(operation.fd ?? -1);
  }

  private noteFailedSync(operation: Operation): void {
    if (operation.name !== 'fsync' && operation.name !== 'fdatasync') return;
    const fd = this.ownDescriptor(operation.fd ?? -1);
    const ino = fd === undefined ? undefined : this.disk.open.get(fd)?.ino;
    if (ino === undefined) return;
    this.within(this.stepOf(operation), () => this.note({ kind: 'failedSync', ino }));
  }

  /** Notes what `act` does to the disk as that step's. */
  within<T>(step: Step, act: () => T): T {
    const before = this.current;
    this.current = step;
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
