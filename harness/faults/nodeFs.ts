import live from 'node:fs';

/** Since Node 24 merely reading these warns; `constants` has them all. */
const deprecated = new Set(['F_OK', 'R_OK', 'W_OK', 'X_OK']);

/**
 * Node's own file system as it was when this module was first imported: whoever patches `node:fs`
 * later doesn't come between us and the disk.
 */
export const nodeFs: typeof live = Object.freeze(
  Object.fromEntries(
    Object.keys(live)
      .filter((key) => !deprecated.has(key))
      .map((key) => [key, Reflect.get(live, key)]),
  ),
) as unknown as typeof live;

/** The names that `node:fs` has on this version of Node, without those that warn when read. */
export const nodeFsNames: readonly string[] = Object.keys(nodeFs);
