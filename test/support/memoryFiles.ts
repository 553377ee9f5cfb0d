import { Volume } from 'memfs';
import { nodeCrc32 } from '../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../src/node/nodeFiles.js';
import type { NodeFs } from '../../src/node/nodeFs.js';
import type { Files } from '../../src/ports/files.js';
import type { Crc32 } from '../../src/ports/platform.js';
import type { Random } from '../../src/ports/random.js';

/** The parts of a platform that have to do with files. */
export interface FilePlatform {
  readonly files: Files;
  readonly random: Random;
  readonly crc32: Crc32;
}

/** The port over anything shaped as `node:fs`; random bytes count up from 1 on. */
export function filePlatform(fs: NodeFs): FilePlatform {
  return { files: nodeFiles(fs), random: countingRandom(), crc32: nodeCrc32 };
}

/** Files in memory, in `/data`, and the volume that holds them. */
export function memoryFiles(): FilePlatform & { readonly volume: Volume } {
  const volume = Volume.fromJSON({ '/data': null });
  // memfs types its callbacks as taking whatever may come.
  return { ...filePlatform(volume as unknown as NodeFs), volume };
}

/** Never gives the same bytes twice, and the same ones in every run. */
export function countingRandom(fractions: readonly number[] = [0.5]): Random {
  let given = 0;
  let drawn = 0;
  return {
    bytes: (count) => {
      given++;
      const bytes = Buffer.alloc(count);
      for (let left = given, at = count - 1; left > 0 && at >= 0; at--, left >>>= 8) {
        bytes[at] = left & 255;
      }
      return bytes;
    },
    fraction: () => fractions[drawn++ % fractions.length]!,
  };
}
