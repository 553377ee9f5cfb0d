import { inspect } from 'node:util';
import type { JobError } from '../../src/jobs/job.js';
import type { JobStore, JobTracker } from '../../src/jobs/jobStore.js';
import type { Clock } from '../../src/ports/clock.js';

/** A promise that knows whether anybody listens. `await` takes a subclass by its `then`. */
class HeardPromise<T> extends Promise<T> {
  isHeard = false;

  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: to know who listens is what it is for
  override then: Promise<T>['then'] = (done, failed) => {
    this.isHeard = true;
    return super.then(done, failed);
  };
}

/** Tells the store of one job; what fails unheard goes to `complain`. */
export function modelTracker(
  store: JobStore,
  id: string,
  how: { readonly clock: Clock; readonly complain: (error: unknown) => void },
): JobTracker {
  let last: Promise<unknown> = Promise.resolve();
  const told = <T>(work: Promise<T>): Promise<T> => {
    const promise = new HeardPromise<T>((resolve, reject) => {
      work.then(resolve, (error) => {
        // One who asks before the next turn has been told by then.
        how.clock.soon(() => {
          if (!promise.isHeard) how.complain(error);
        });
        reject(error);
      });
    });
    // By the prototype's `then`, so that this doesn't count as listening.
    const seen = Promise.prototype.then.call(
      promise,
      () => undefined,
      () => undefined,
    );
    last = Promise.all([last, seen]);
    return promise;
  };
  const at = (when: number | undefined) => (when === undefined ? {} : { at: when });
  return {
    id,
    active: (when) => told(store.transition(id, 'active', at(when))),
    progress: (to) => told(store.update(id, { progress: to })),
    log: (entry) => told(store.appendLog(id, entry)),
    completed: (result, when) =>
      told(
        store.transition(id, 'completed', {
          ...at(when),
          ...(result === undefined ? {} : { result }),
        }),
      ),
    failed: (error, when) =>
      told(store.transition(id, 'failed', { ...at(when), error: jobErrorOf(error) })),
    cancelled: (when) => told(store.transition(id, 'cancelled', at(when))),
    async settled() {
      await last;
    },
  };
}

function jobErrorOf(error: unknown): JobError {
  if (!(error instanceof Error))
    return { message: typeof error === 'string' ? error : inspect(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const stack = error.stack === undefined ? {} : { stack: error.stack };
  return { message: error.message, ...code, ...stack };
}
