import { posix } from 'node:path';
import type { Disk } from './disk.js';
import { askedOf, inodeAt } from './pathWalk.js';

/**
 * A path from the root without links, found as Node's own `realpath` does: by lstat of one name
 * after the other, `..` taken away before.
 *
 * @throws ENOENT, ENOTDIR or ELOOP, with the path up to the name that failed
 */
export function realPath(disk: Disk, path: string): string {
  const whole = posix.resolve('/', path);
  const names = whole.split('/').filter((name) => name !== '');
  for (let count = 1; count <= names.length; count++) {
    const base = `/${names.slice(0, count).join('/')}`;
    const node = disk.node(inodeAt(disk, base, { ...askedOf('lstat', base), lastLink: 'keep' }));
    if (node.kind !== 'link') continue;
    inodeAt(disk, base, askedOf('stat', base));
    const target = posix.resolve(posix.dirname(base), node.target.toString());
    return realPath(disk, posix.resolve(target, ...names.slice(count)));
  }
  return whole;
}
