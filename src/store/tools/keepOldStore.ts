import { readFully } from '../../engine/files/readWhole.js';
import { replaceFile } from '../../engine/files/replaceFile.js';
import { writeFully } from '../../engine/files/writeFully.js';
import { FlakehoundError } from '../../errors.js';
import { isoTime } from '../../jobs/isoTime.js';
import type { Platform } from '../../ports/platform.js';
import type { Bytes } from '../../units.js';

/** Tables never change: a second name is as good as a copy. */
const unchanging = /^(jobs|logs)-/;
const changing = /^(manifest|wal|recovery)-/;

const chunk: Bytes = 256 * 1024;

/**
 * Keeps a store's files in a folder beside it, which can be opened as the store that it was.
 *
 * @returns the folder
 * @throws FlakehoundError `STORE_WRITE`
 */
export async function keepOldStore(platform: Platform, dir: string): Promise<string> {
  const { files } = platform;
  const folder = await freeName(platform, dir);
  try {
    await files.makeFolder(folder);
    await files.syncFolder(files.join(folder, '..'));
    for (const name of await files.list(dir)) {
      if (name.endsWith('.tmp')) continue;
      if (unchanging.test(name)) await second(platform, dir, folder, name);
      else if (changing.test(name)) await copy(platform, dir, folder, name);
    }
    await files.syncFolder(folder);
    return folder;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlakehoundError(
      'STORE_WRITE',
      `the store in ${dir} can’t be kept in ${folder}: ${why}`,
      {
        hint: 'make room, or restore into a new folder; the store is as it was',
        cause,
      },
    );
  }
}

async function freeName({ files, clock }: Platform, dir: string): Promise<string> {
  const name = `${dir}.before-${isoTime(clock.now()).replace(/\W/g, '')}`;
  for (let number = 1; ; number++) {
    const path = number === 1 ? name : `${name}-${number}`;
    if ((await files.facts(path)) === undefined) return path;
  }
}

async function second(platform: Platform, dir: string, folder: string, name: string) {
  const { files } = platform;
  try {
    await files.link(files.join(dir, name), files.join(folder, name));
  } catch {
    // Not every file system knows second names.
    await copy(platform, dir, folder, name);
  }
}

async function copy(platform: Platform, dir: string, folder: string, name: string) {
  const source = await platform.files.open(platform.files.join(dir, name), 'read');
  try {
    await replaceFile(platform, {
      folder,
      name,
      async fill(file) {
        const bytes = new Uint8Array(chunk);
        for (let at = 0; ; ) {
          const count = await readFully(source, bytes, at);
          await writeFully(file, bytes.subarray(0, count), at);
          at += count;
          if (count < chunk) return;
        }
      },
    });
  } finally {
    await source.close();
  }
}
