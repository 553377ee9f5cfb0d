import { formatVersion } from '../engine/files/manifest.js';
import type { Manifest } from '../engine/seam.js';
import type { Random } from '../ports/random.js';

/** What a store begins with: nothing, under a name of its own. */
export function freshManifest(random: Random): Manifest {
  return {
    format: { reader: formatVersion, writer: formatVersion },
    features: { required: [], optional: [] },
    storeId: Buffer.from(random.bytes(16)).toString('hex'),
    serial: 0,
    epoch: 0,
    checkpoints: [],
    log: { segments: [], spares: [], nextGeneration: 1, nextSegment: 1 },
    nextTable: 1,
    clean: true,
  };
}
