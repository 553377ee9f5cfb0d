import type { Interceptor, Operation } from '../../faults/interceptor.js';

type Args = readonly unknown[];
type ProceedSync<T> = (args?: Args) => T;
type ProceedAsync<T> = (args?: Args) => Promise<T>;

/** Thrown by synchronous operations of a run that is given up. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';

  constructor() {
    super('this run of the sweep is over: its operations have no effect any more');
  }
}

/** A descriptor that misbehaved, and the ordinal of the operation that shows it. */
export interface DescriptorFault {
  readonly kind: 'leaked' | 'closedTwice';
  readonly ordinal: number;
  readonly path: string | undefined;
}

/**
 * Watches one run from the caller's side of the fault plan: what was asked for, whether anything
 * moves, what is left open. Gives the run up after so many operations.
 */
export class RunWatch implements Interceptor {
  /** Every operation asked for, in order; the plan's ordinals are these indices plus 1. */
  readonly operations: Operation[] = [];
  /** Grows whenever an operation begins or ends. */
  activity = 0;
  /** Asynchronous operations begun and not ended, those that a fault delays among them. */
  pending = 0;
  /** Whether the run asked for more operations than it may. */
  isExceeded = false;
  private readonly mostOperations: number;
  private readonly open = new Map<number, { ordinal: number; path: string | undefined }>();
  private readonly closed = new Set<number>();
  private readonly closedTwice: DescriptorFault[] = [];
  private isStopped = false;

  constructor(mostOperations: number) {
    this.mostOperations = mostOperations;
  }

  sync<T>(operation: Operation, proceed: ProceedSync<T>): T {
    if (!this.admit(operation)) throw new RunStopped();
    const ordinal = this.operations.length;
    const result = proceed();
    this.noteOpened(operation, { ordinal, fd: result });
    return result;
  }

  async async<T>(operation: Operation, proceed: ProceedAsync<T>): Promise<T> {
    // Never settles, so that nothing of a run that was given up goes on.
    if (!this.admit(operation)) return new Promise(() => {});
    const ordinal = this.operations.length;
    this.pending++;
    try {
      const result = await proceed();
      this.noteOpened(operation, { ordinal, fd: result });
      return result;
    } finally {
      this.activity++;
      this.pending--;
    }
  }

  /** From now on operations have no effect. */
  stop(): void {
    this.isStopped = true;
  }

  /** Descriptors closed twice, and those open still. */
  descriptorFaults(): DescriptorFault[] {
    const leaked = [...this.open.values()].map((at) => ({ kind: 'leaked' as const, ...at }));
    return [...this.closedTwice, ...leaked];
  }

  private admit(operation: Operation): boolean {
    if (this.operations.length >= this.mostOperations) this.isExceeded = true;
    if (this.isExceeded || this.isStopped) return false;
    this.activity++;
    this.operations.push(operation);
    if (operation.name === 'close') this.noteClosed(operation);
    return true;
  }

  private noteOpened({ name, path }: Operation, { ordinal, fd }: { ordinal: number; fd: unknown }) {
    if (name !== 'open') return;
    this.open.set(fd as number, { ordinal, path });
  }

  /** A descriptor is gone even when its close fails. */
  private noteClosed({ fd }: Operation): void {
    if (fd === undefined) return;
    const opened = this.open.get(fd);
    if (opened === undefined && this.closed.has(fd)) {
      const ordinal = this.operations.length;
      this.closedTwice.push({ kind: 'closedTwice', ordinal, path: undefined });
    }
    this.open.delete(fd);
    this.closed.add(fd);
  }
}

/** Counts the operations that are with the backend, below the fault plan and its delays. */
export class InFlight implements Interceptor {
  count = 0;

  sync<T>(_operation: Operation, proceed: ProceedSync<T>): T {
    return proceed();
  }

  async async<T>(_operation: Operation, proceed: ProceedAsync<T>): Promise<T> {
    this.count++;
    try {
      return await proceed();
    } finally {
      this.count--;
    }
  }
}

/** Puts interceptors one behind the other, the caller's first. */
export function chained(...links: readonly Interceptor[]): Interceptor {
  return links.reduceRight((inner, outer) => ({
    sync: <T>(operation: Operation, proceed: ProceedSync<T>): T =>
      outer.sync(operation, (args) =>
        inner.sync(withArgs(operation, args), proceedWith(proceed, args)),
      ),
    async: <T>(operation: Operation, proceed: ProceedAsync<T>): Promise<T> =>
      outer.async(operation, (args) =>
        inner.async(withArgs(operation, args), proceedWith(proceed, args)),
      ),
  }));
}

function withArgs(operation: Operation, args: Args | undefined): Operation {
  return args === undefined ? operation : { ...operation, args };
}

/** What an outer link changed stands unless an inner one changes it again. */
function proceedWith<R>(proceed: (args?: Args) => R, outer: Args | undefined): (args?: Args) => R {
  return (args = outer) => (args === undefined ? proceed() : proceed(args));
}
