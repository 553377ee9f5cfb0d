import type { CrashWorld } from '../../../harness/property/index.js';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import { openStore } from '../../../src/openStore.js';
import { type BackupShown, readBackupOf } from './backupShown.js';
import { copyDisk } from './copyDisk.js';
import { wokenPlatform } from './crashPlatforms.js';
import { type Look, look } from './look.js';
import type { Life } from './promptFs.js';
import { type SecondAct, secondAct } from './secondAct.js';
import { backupIn, smallStore, storeIn } from './settings.js';

/** What is seen of a store that was opened after a crash. */
export interface Shown extends Look {
  readonly backup: BackupShown | undefined;
  /** What came of going on, where that was tried. */
  readonly after: SecondAct | undefined;
}

/** How a crash is recovered from. */
export interface WakeHow {
  /** All that scripts may have used. */
  readonly ids: readonly string[];
  /** Of so many disks one is opened again and written to. */
  readonly secondActs: number;
}

/** Opens the store that a crash left, and reads all of it. */
export function wake(how: WakeHow): (world: CrashWorld) => Promise<Shown> {
  return async (world) => {
    const { fs, dir } = world;
    const salt = saltOf(world);
    let life: Life = { isOver: false };
    const open = (again: number, on = fs) => {
      life.isOver = true;
      life = { isOver: false };
      const platform = wokenPlatform(on, salt + again, life);
      return openStore(storeIn(dir), { ...smallStore, platform });
    };
    try {
      const shown = await look(await open(0), how.ids);
      const backup = await readBackupOf(fs, backupIn(dir));
      if (salt % how.secondActs !== 0) return { ...shown, backup, after: undefined };
      life.isOver = true;
      // Elsewhere, for what it writes is no part of the recovery, which may crash again.
      const copy = copyDisk(fs, dir);
      const { epoch } = shown.health;
      const reopen = (again: number) => open(again, copy);
      const after = await secondAct({ epoch, open: reopen, ids: how.ids });
      return { ...shown, backup, after };
    } finally {
      life.isOver = true;
    }
  };
}

/** A number that tells disks apart which an open has changed. */
function saltOf({ fs, dir }: CrashWorld): number {
  const folders = [dir, storeIn(dir)].filter((folder) => fs.existsSync(folder));
  const names = folders.flatMap((folder) => fs.readdirSync(folder)).join('/');
  const bytes = Buffer.from(names);
  return nodeCrc32(bytes, 0, bytes.length);
}
