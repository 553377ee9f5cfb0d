/**
 * A number in [0, 1) that depends on its seed and name alone, so that a new consumer shifts no
 * other's draws.
 *
 * Source: FNV-1a (Fowler, Noll, Vo) for the name, MurmurHash3's finaliser for the spread.
 */
export function draw(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${name}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
