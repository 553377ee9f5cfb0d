import type { Manifest } from '../../../../src/engine/seam.js';

/** A manifest with something in every list. */
export function someManifest(given: Partial<Manifest> = {}): Manifest {
  return {
    format: { reader: 1, writer: 1 },
    features: { required: [], optional: [] },
    storeId: '5f1d7a40c2e94b6b',
    serial: 7,
    epoch: 2,
    checkpoints: [
      {
        position: { lsn: 120, chain: 3_735_928_559 },
        at: 1_767_323_045_678,
        jobs: { name: 'jobs-2-4', lsn: 120, jobs: 40, bytes: 9000, lastSeq: 41 },
        logs: [{ name: 'logs-2-5', firstLsn: 3, lastLsn: 119, entries: 17, bytes: 4000 }],
        merged: ['a1b2c3'],
      },
    ],
    log: {
      segments: [
        { name: 'wal-1-1', epoch: 1, generation: 1, sealedAt: 4096, lastLsn: 130 },
        { name: 'wal-2-2', epoch: 2, generation: 2 },
      ],
      spares: ['spare-3'],
      nextGeneration: 3,
      nextSegment: 4,
    },
    nextTable: 6,
    clean: false,
    ...given,
  };
}
