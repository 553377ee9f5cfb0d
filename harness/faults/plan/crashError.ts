/** The world stopped: thrown by the operation before which a plan's crash fell, and all later. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
  /** Ordinal in the trace of the operation before which the world stopped. */
  readonly crashedAt: number;

  constructor(operation: string, crashedAt: number) {
    super(`crashed before operation ${crashedAt}: ${operation} has no effect`);
    this.crashedAt = crashedAt;
  }
}
