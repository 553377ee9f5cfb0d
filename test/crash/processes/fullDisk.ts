import { closeSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { JobStore } from '../../../src/index.js';
import { openStore } from '../../../src/openStore.js';
import type { StoreOptions } from '../../../src/store/options.js';

/** What a store did on a disk that was full and then wasn't; the last line of the output, as JSON. */
export interface FullDiskReport {
  readonly acknowledged: number;
  /** How writes were answered while the disk was full, each with its count. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What couldn't be read while it was full. */
  readonly unread: readonly string[];
  /** How a checkpoint and a backup were answered meanwhile. */
  readonly checkpoint: string;
  readonly backup: string;
  /** Writes that went well after space had come back, and how often that had to be tried. */
  readonly wroteAgain: number;
  readonly triesUntilThen: number;
  /** After the next open: acknowledged and gone; refused and there. */
  readonly lost: readonly string[];
  readonly ghosts: readonly string[];
  readonly status: string;
}

/** Fills a small file system around a store: node fullDisk.js FOLDER, which is its root. */
const [root] = process.argv.slice(2) as [string];
const dir = join(root, 'store');
const ballast = join(root, 'ballast');
const options: StoreOptions = {
  log: { segmentBytes: 64 * 1024 },
  checkpoint: { logBytes: 128 * 1024 },
  breaker: { coolDownMs: 20 },
  recoveryDir: root,
};
const data = 'x'.repeat(2000);

const store = await openStore(dir, options);
const acknowledged: string[] = [];
const refused: string[] = [];
const refusals: Record<string, number> = {};

async function write(id: string): Promise<boolean> {
  try {
    await store.create({ id, type: 'job', data });
    acknowledged.push(id);
    return true;
  } catch (error) {
    const code = codeOf(error);
    refusals[code] = (refusals[code] ?? 0) + 1;
    refused.push(id);
    return false;
  }
}

for (let n = 0; n < 20; n++) await write(`before-${n}`);
fill(60 * 1024);
let failures = 0;
for (let n = 0; n < 2000 && failures < 30; n++) if (!(await write(`full-${n}`))) failures++;
const unread = await unreadable(store, acknowledged);
const checkpoint = await outcome(() => store.checkpoint());
const backup = await outcome(() => store.backup(join(root, 'backup')));
unread.push(...(await unreadable(store, acknowledged)));
unlinkSync(ballast);
let wroteAgain = 0;
let tries = 0;
while (wroteAgain < 20 && tries < 500) {
  if (await write(`after-${tries++}`)) wroteAgain++;
  // The breaker lets one through each time that it has cooled down.
  else await new Promise((resolve) => setTimeout(resolve, 10));
}
await store.close();
const next = await openStore(dir, options);
const lost = await unreadable(next, acknowledged);
const ghosts: string[] = [];
for (const id of refused) if ((await next.get(id)) !== undefined) ghosts.push(id);
const { status } = await next.health();
await next.close();
const report: FullDiskReport = {
  acknowledged: acknowledged.length,
  refusals,
  unread,
  checkpoint,
  backup,
  wroteAgain,
  triesUntilThen: tries - wroteAgain,
  lost,
  ghosts,
  status,
};
console.log(JSON.stringify(report));

/** Takes all space but so much. */
function fill(left: number): void {
  const fd = openSync(ballast, 'wx');
  const block = Buffer.alloc(16 * 1024, 1);
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(root);
      if (bavail * bsize < left + block.length) return;
      writeSync(fd, block);
    }
  } finally {
    closeSync(fd);
  }
}

async function unreadable(from: JobStore, ids: readonly string[]): Promise<string[]> {
  const listed = new Set((await from.list()).map(({ id }) => id));
  const missing: string[] = [];
  for (const id of ids) {
    const job = await from.get(id);
    if (job?.data !== data || !listed.has(id)) missing.push(id);
  }
  return missing;
}

async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'done';
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return code ?? message;
}
