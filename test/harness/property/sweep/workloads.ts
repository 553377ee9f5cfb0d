import type { SweepWorld } from '../../../../harness/property/sweep/runOnce.js';
import type { SweepAftermath } from '../../../../harness/property/sweep/sweepOptions.js';

export const oldText = 'old';
export const newText = 'the new content';

/** A file with something in it that must not be lost. */
export function setup({ fs, dir }: Pick<SweepWorld, 'fs' | 'dir'>): void {
  fs.writeFileSync(`${dir}/jobs.json`, oldText);
}

/** Old or new, never anything else; new if it said so; nothing left behind. */
export function savedWhole({ fs, dir, outcome }: SweepAftermath): void {
  const text = fs.readFileSync(`${dir}/jobs.json`, 'utf8');
  if (text !== newText && (text !== oldText || outcome.kind === 'returned')) {
    throw new Error(`jobs.json holds '${text}'`);
  }
  const left = fs.readdirSync(dir).filter((name) => name !== 'jobs.json');
  if (left.length > 0) throw new Error(`${left.join()} is left behind`);
}

/** Right in every way. */
export async function saveWell({ fs, dir }: SweepWorld): Promise<void> {
  const temp = `${dir}/jobs.json.tmp`;
  try {
    const handle = await fs.promises.open(temp, 'w');
    try {
      await handle.writeFile(newText);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.promises.rename(temp, `${dir}/jobs.json`);
  } catch (error) {
    await fs.promises.rm(temp, { force: true });
    throw error;
  }
}

/** Leaves its temporary file when something fails. */
export async function leaveTemp({ fs, dir }: SweepWorld): Promise<void> {
  await fs.promises.writeFile(`${dir}/jobs.json.tmp`, newText);
  await fs.promises.rename(`${dir}/jobs.json.tmp`, `${dir}/jobs.json`);
}

/** Takes a busy file for a saved one. */
export async function swallowBusy(world: SweepWorld): Promise<void> {
  try {
    await saveWell(world);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EBUSY') throw error;
  }
}

/** Believes that a write writes all it is given. */
export function ignoreShortWrite({ fs, dir }: SweepWorld): void {
  const temp = `${dir}/jobs.json.tmp`;
  try {
    const fd = fs.openSync(temp, 'w');
    try {
      fs.writeSync(fd, newText);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temp, `${dir}/jobs.json`);
  } catch (error) {
    fs.rmSync(temp, { force: true });
    throw error;
  }
}

/** Closes once more after a close that failed. */
export function closeTwice({ fs, dir }: SweepWorld): void {
  const fd = fs.openSync(`${dir}/jobs.json`, 'r');
  try {
    fs.closeSync(fd);
  } catch (error) {
    try {
      fs.closeSync(fd);
    } catch {
      throw error;
    }
  }
}

/** Keeps its descriptor when the read fails. */
export async function keepOpen({ fs, dir }: SweepWorld): Promise<string> {
  const handle = await fs.promises.open(`${dir}/jobs.json`);
  const text = await handle.readFile('utf8');
  await handle.close();
  return text;
}

/** Makes room before it knows that it can write. */
export async function unlinkFirst({ fs, dir }: SweepWorld): Promise<void> {
  await fs.promises.unlink(`${dir}/jobs.json`);
  await fs.promises.writeFile(`${dir}/jobs.json`, newText);
}

/** Tries a busy rename again after 100, 200, 400 ms, so often. */
export function renameWithRetries(retries: number) {
  return async ({ fs, dir, clock }: SweepWorld): Promise<void> => {
    for (let tried = 0; ; tried++) {
      try {
        await fs.promises.rename(`${dir}/jobs.json`, `${dir}/done.json`);
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== 'EBUSY' || tried >= retries) throw error;
        await clock.sleep(100 * 2 ** tried);
      }
    }
  };
}
