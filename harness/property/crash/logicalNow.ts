import type { Now } from '../../faults/durability/disk.js';

const startMs = Date.UTC(2000, 0, 1);

/** Times that follow from the order of calls alone, so that a recording repeats exactly. */
export function logicalNow(): Now {
  let ticks = 0;
  return () => startMs + ticks++;
}
