import { errnoError } from '../../../../../harness/faults/errno.js';
import type { Interceptor } from '../../../../../harness/faults/interceptor.js';

/** Lets everything pass but the n-th sync, which fails. */
export function failingSync(nth: number): () => Interceptor {
  return () => {
    let syncs = 0;
    const refuse = (name: string): void => {
      if (name !== 'fsync' && name !== 'fdatasync') return;
      if (++syncs === nth) throw errnoError('EIO', { syscall: name });
    };
    return {
      sync(operation, proceed) {
        refuse(operation.name);
        return proceed();
      },
      async async(operation, proceed) {
        refuse(operation.name);
        return proceed();
      },
    };
  };
}
