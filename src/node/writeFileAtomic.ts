import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces `path` with `data` so that a reader, or a crash at any point, sees the old bytes or the
 * new ones and never a mixture: temporary sibling, full write, fsync, rename, fsync of the folder.
 *
 * @throws NodeJS.ErrnoException as the file system words it; the old file is then untouched
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', 0o666);
  try {
    try {
      // A full disk shortens a write without an error: loop until every byte is down.
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, at);
        if (bytesWritten === 0) {
          throw Object.assign(
            new Error(`ENOSPC: wrote ${at} of ${bytes.length} bytes, write '${path}'`),
            {
              code: 'ENOSPC',
              syscall: 'write',
              path,
            },
          );
        }
        at += bytesWritten;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the rename itself durable. Windows can't sync a folder, and some mounts refuse: then the file system decides. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
