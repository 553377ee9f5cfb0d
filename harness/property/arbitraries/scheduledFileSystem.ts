import type { Scheduler } from 'fast-check';
import { type FaultTarget, targetBackend } from '../../faults/faultTarget.js';
import { createFileSystem, type FileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { type Interceptor, type Operation, passThrough } from '../../faults/interceptor.js';

/** Taken before a test puts fake timers in place. */
const { setImmediate: immediate } = globalThis;

/**
 * A file system whose asynchronous calls take effect in the scheduler's order: each primitive waits
 * for its turn, so that two `writeFile`s may interleave between open, write and close. Synchronous
 * calls take effect at once, as nothing can come between.
 *
 * Await the code under test through `scheduler.waitFor(...)`, or nothing goes on.
 *
 * @param target - a memfs volume, the fixtures `volume` and `tempDir`, `node:fs`
 * @param inner - stands between the scheduler and the files: a fault plan's interceptor, say
 */
export function scheduledFileSystem(
  scheduler: Scheduler,
  target: FaultTarget,
  inner: Interceptor = passThrough,
): FileSystem {
  return createFileSystem(targetBackend(target), schedulingInterceptor(scheduler, inner));
}

/** Holds every asynchronous primitive back until the scheduler picks it. */
export function schedulingInterceptor(
  scheduler: Scheduler,
  inner: Interceptor = passThrough,
): Interceptor {
  return {
    sync: (operation, proceed) => inner.sync(operation, proceed),
    async<T>(operation: Operation, proceed: (args?: readonly unknown[]) => Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        const builder = async (): Promise<void> => {
          // The scheduler goes on to the next task only after this one has settled, and whoever
          // waited for it, by promise or by callback, has asked for what comes next.
          await inner.async(operation, proceed).then(resolve, reject);
          await new Promise((done) => immediate(done));
        };
        scheduler.scheduleSequence([{ builder, label: labelOf(operation) }]);
      });
    },
  };
}

function labelOf({ name, path, dest, fd }: Operation): string {
  const subject = path ?? (fd === undefined ? '' : `fd ${fd}`);
  return `${name}(${dest === undefined ? subject : `${subject} → ${dest}`})`;
}
