/**
 * A number for a list of numbers, which hardly any other list has. To compare two sets whatever
 * their orders, add the numbers of their members modulo 2^32.
 */
export function mixed(...parts: readonly number[]): number {
  let hash = 0x9e3779b9 | 0;
  for (const part of parts) {
    hash = Math.imul(hash ^ (part % 2 ** 32), 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash ^ Math.floor(part / 2 ** 32), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return hash;
}
