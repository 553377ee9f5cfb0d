import type { Channels } from './channels.js';
import type { Clock } from './clock.js';
import type { Files } from './files.js';
import type { Processes } from './processes.js';
import type { Random } from './random.js';

/**
 * CRC-32 (reflected polynomial 0xEDB88320) of `bytes[from..to)`, unsigned; `seed` is the checksum
 * of what went before.
 */
export type Crc32 = (bytes: Uint8Array, from: number, to: number, seed?: number) => number;

/** The world as the store sees it. */
export interface Platform {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
  readonly channels: Channels;
  readonly crc32: Crc32;
}
