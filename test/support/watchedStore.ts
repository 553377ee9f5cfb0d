import type { JobStore } from '../../src/index.js';

const writes: ReadonlySet<string | symbol> = new Set([
  'create',
  'update',
  'transition',
  'cancel',
  'remove',
  'group',
  'appendLog',
  'prune',
]);

/** A store that tells of its writes; `before` may throw in place of one. */
export function watchedStore(
  store: JobStore,
  see: { readonly before?: (nth: number) => void; readonly wrote?: (nth: number) => void },
): JobStore {
  let nth = 0;
  return new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      if (!writes.has(key)) return (...args: unknown[]) => Reflect.apply(member, target, args);
      return async (...args: unknown[]) => {
        nth += 1;
        const own = nth;
        see.before?.(own);
        const done: unknown = await Reflect.apply(member, target, args);
        see.wrote?.(own);
        return done;
      };
    },
  });
}
