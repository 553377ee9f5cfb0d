import { randomBytes } from 'node:crypto';
import type { Random } from '../ports/random.js';

/** Chance as this machine has it. */
export function nodeRandom(): Random {
  return {
    bytes: (count) => randomBytes(count),
    fraction: () => Math.random(),
  };
}
