import live from 'node:fs';

/** Since Node 24 merely reading these warns; `constants` has them all. */
const deprecated = new Set(['F_OK', 'R_OK', 'W_OK', 'X_OK']);

/** The names that `node:fs` has on this version of Node. */
export const nodeFsNames: readonly string[] = Object.keys(live);

/** The names that `node:fs/promises` has on this version of Node. */
export const nodePromisesNames: readonly string[] = Object.keys(live.promises);

/**
 * Node's own file system as it was when this module was first imported: whoever patches `node:fs`
 * later doesn't come between us and the disk.
 */
export const nodeFs: typeof live = Object.freeze(
  Object.fromEntries(
    nodeFsNames.filter((key) => !deprecated.has(key)).map((key) => [key, Reflect.get(live, key)]),
  ),
) as unknown as typeof live;
