import { createHash } from 'node:crypto';

/**
 * Derives a seed by name, so that a new consumer never shifts the sequence of another.
 *
 * @param name - path of the consumer, such as `run/3/order`
 * @returns 1..2^31 - 1: positive in every signed 32-bit field it may pass through
 */
export function deriveSeed(seed: number, name: string): number {
  const digest = createHash('sha256').update(`${seed}/${name}`).digest();
  return digest.readUInt32BE(0) >>> 1 || 1;
}
