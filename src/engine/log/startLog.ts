import type { Platform } from '../../ports/platform.js';
import type { LogManifest, ManifestKeeper } from '../seam.js';
import { CommittingLog, type LogSetting } from './committingLog.js';
import { writeFailure } from './logFailure.js';
import { SegmentChain } from './segmentChain.js';
import type { WriteAheadLog } from './writeAheadLog.js';

/** What a log starts from. */
export interface LogStart extends LogSetting {
  readonly platform: Pick<Platform, 'files' | 'clock' | 'crc32'>;
  readonly epoch: number;
  readonly storeId: string;
  /** The manifest's, with the segments as the replay sealed them. */
  readonly log: LogManifest;
  readonly keeper: ManifestKeeper;
}

const firstSegmentBytes = 256 * 1024;
const spareSegments = 2;

/**
 * Begins a new segment behind what was replayed. The sealed ends, the new segment and the epoch are
 * durable in the manifest, written as one change, when it resolves.
 *
 * @throws FlakehoundError `STORE_DISK_FULL`, `STORE_WRITE`, `STORE_FENCED`
 */
export async function startLog(start: LogStart): Promise<WriteAheadLog> {
  const { platform, dir, options } = start;
  const chain = new SegmentChain({
    world: { files: platform.files, crc32: platform.crc32, dir },
    storeId: start.storeId,
    epoch: start.epoch,
    log: start.log,
    keeper: start.keeper,
    fence: start.fence,
    sizes: {
      first: Math.min(firstSegmentBytes, options.segmentBytes),
      largest: options.segmentBytes,
      spares: spareSegments,
    },
  });
  try {
    await chain.skipTakenNames();
    await chain.make(0, start.position);
    await chain.removeStrays();
  } catch (error) {
    await chain.abandon();
    throw writeFailure(error, dir);
  }
  return new CommittingLog(start, chain);
}
