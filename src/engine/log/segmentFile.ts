import type { Files, OpenFile } from '../../ports/files.js';
import type { Crc32 } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';
import { writeFully } from '../files/writeFully.js';
import { encodeSegmentHeader, type SegmentHeader, segmentHeaderBytes } from './segmentHeader.js';

/** How many zeros are written at once: enough for the disk's full speed, few enough to share it. */
const zerosAtOnce: Bytes = 256 * 1024;

/** What making a segment's file takes from the world. */
export interface SegmentWorld {
  readonly files: Files;
  readonly crc32: Crc32;
  readonly dir: string;
}

/**
 * Makes a segment's file: the whole length written with zeros, so that later writes allocate
 * nothing, then the header. It is durable when the promise resolves.
 *
 * @throws NodeJS.ErrnoException as the platform words it
 */
export async function createSegmentFile(
  world: SegmentWorld,
  name: string,
  header: Omit<SegmentHeader, 'wiped'>,
): Promise<OpenFile> {
  const file = await world.files.open(world.files.join(world.dir, name), 'create');
  return finish(world, file, async () => {
    const zeros = Buffer.alloc(Math.min(zerosAtOnce, header.capacity - segmentHeaderBytes));
    for (let at = segmentHeaderBytes; at < header.capacity; at += zeros.length) {
      await writeFully(file, zeros.subarray(0, header.capacity - at), at);
    }
    await writeFully(file, encodeSegmentHeader({ ...header, wiped: true }, world.crc32), 0);
  });
}

/**
 * Makes a segment's file of one that was used before and has the same length. What is left in it
 * is told from what comes by its generation.
 *
 * @throws NodeJS.ErrnoException as the platform words it
 */
export async function recycleSegmentFile(
  world: SegmentWorld,
  { from, name }: { readonly from: string; readonly name: string },
  header: Omit<SegmentHeader, 'wiped'>,
): Promise<OpenFile> {
  const path = world.files.join(world.dir, name);
  await world.files.rename(world.files.join(world.dir, from), path);
  const file = await world.files.open(path, 'update');
  return finish(world, file, () =>
    writeFully(file, encodeSegmentHeader({ ...header, wiped: false }, world.crc32), 0),
  );
}

async function finish(
  world: SegmentWorld,
  file: OpenFile,
  fill: () => Promise<void>,
): Promise<OpenFile> {
  try {
    await fill();
    await file.sync();
    await world.files.syncFolder(world.dir);
    return file;
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}

/**
 * Writes all the bytes while the event loop waits.
 *
 * @throws NodeJS.ErrnoException as the file says it, or `ENOSPC` when it takes no byte more
 */
export function writeFullyNow(file: OpenFile, bytes: Uint8Array, length: Bytes, at: Bytes): void {
  for (let done = 0; done < length; ) {
    const count = file.writeNow(bytes, done, length - done, at + done);
    if (count === 0) {
      const error = new Error(`ENOSPC: wrote ${done} of ${length} bytes, write '${file.path}'`);
      throw Object.assign(error, { code: 'ENOSPC', syscall: 'write', path: file.path });
    }
    done += count;
  }
}
