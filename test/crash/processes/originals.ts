import type { JobStore } from '../../../src/index.js';
import { openStore } from '../../../src/openStore.js';
import type { Files } from '../../../src/ports/files.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { type Answers, ask } from './answers.js';
import { drawFrom } from './draw.js';
import { type Image, imageFiles } from './imageFiles.js';
import { imagePlatform } from './imagePlatform.js';

/** A store's folder as a crash or a close left it, and what it must answer. */
export interface Original {
  readonly name: string;
  readonly image: Image;
  /** What was true after each write, the last one last. */
  readonly history: readonly Answers[];
  /** What is true once whoever may write has opened it: a recovery file's updates are in by then. */
  readonly merged: Answers;
  /** Ids that were ever used. */
  readonly ids: readonly string[];
}

/** So small that a short script fills segments and log files, and a store is opened soon. */
export const tiny: StoreOptions = {
  log: { segmentBytes: 4096, commit: 'now' },
  checkpoint: { logBytes: 1 << 20 },
  jobLogs: { fileBytes: 1024, files: 50 },
  cacheBytes: 64 * 1024,
};

type Act = 'write' | 'checkpoint' | 'crash' | 'close' | 'strand';

/** What happens in each life of a store before its image is taken. */
const scripts: Readonly<Record<string, readonly Act[]>> = {
  young: ['write'],
  closed: ['write', 'close'],
  'with a checkpoint': ['write', 'checkpoint', 'write'],
  'with two checkpoints': ['write', 'checkpoint', 'write', 'checkpoint', 'write'],
  'closed after checkpoints': ['write', 'checkpoint', 'write', 'checkpoint', 'write', 'close'],
  'of three epochs': ['write', 'crash', 'write', 'checkpoint', 'write', 'crash', 'write'],
  'with recycled segments': [
    ...['write', 'write', 'checkpoint', 'write', 'checkpoint', 'write', 'checkpoint'],
    ...['crash', 'write', 'write'],
  ] as Act[],
  'with a recovery file': ['write', 'checkpoint', 'write', 'strand'],
};

/** Makes all of them. */
export async function originals(): Promise<readonly Original[]> {
  const made: Original[] = [];
  for (const [name, acts] of Object.entries(scripts)) made.push(await original(name, acts));
  return made;
}

async function original(name: string, acts: readonly Act[]): Promise<Original> {
  const world = imageFiles(new Map());
  const disk = failingLog(world.files);
  const draw = drawFrom(name.length);
  const history: Answers[] = [];
  const ids: string[] = [];
  let merged: Answers | undefined;
  let pid = 1;
  const open = (): Promise<JobStore> =>
    openStore('/data', { ...tiny, platform: imagePlatform(disk.files, pid++) });
  let store = await open();
  const note = async (): Promise<void> => void history.push(await ask(store, ids));
  await note();
  for (const act of acts) {
    if (act === 'write') {
      for (let turn = 0; turn < 12; turn++) {
        await writeOnce(store, ids, draw);
        await note();
      }
    } else if (act === 'checkpoint') await store.checkpoint();
    else if (act === 'close') await store.close();
    else if (act === 'crash') store = await open();
    else {
      disk.fail();
      store.updateLater(ids[0]!, { data: 'stranded' });
      await store.flush().catch(() => undefined);
      await store.close().catch(() => undefined);
      disk.heal();
      const after = imageFiles(world.image());
      store = await openStore('/data', { ...tiny, platform: imagePlatform(after.files, pid++) });
      merged = await ask(store, ids);
    }
  }
  merged ??= history.at(-1)!;
  return { name, image: world.image(), history, merged, ids };
}

/** One commit, so that there is a moment of the history behind each. */
async function writeOnce(
  store: JobStore,
  ids: string[],
  draw: (below: number) => number,
): Promise<void> {
  const some = ids[draw(ids.length)];
  const id = `job-${ids.length}`;
  const way = some === undefined ? 0 : draw(7);
  if (way < 2) {
    ids.push(id);
    await store.create({ id, type: `type-${draw(3)}`, data: 'x'.repeat(draw(300)) });
  } else if (way === 2 && some !== undefined) {
    await store.update(some, { data: { n: draw(1000) } }).catch(ignoreMissing);
  } else if (way === 3 && some !== undefined) {
    await store.transition(some, 'active').catch(ignoreMissing);
  } else if (way === 4 && some !== undefined) {
    await store.appendLog(some, { message: 'm'.repeat(draw(200)) }).catch(ignoreMissing);
  } else if (way === 5 && some !== undefined) {
    await store.remove(some);
  } else {
    ids.push(id);
    await store.group([
      { kind: 'create', id, type: 'grouped' },
      { kind: 'log', id, message: 'made together' },
    ]);
  }
}

function ignoreMissing(error: unknown): void {
  if (!['JOB_MISSING', 'JOB_TRANSITION'].includes((error as { code: string }).code)) throw error;
}

/** Files whose log, and room for a new one, can be taken away. */
function failingLog(files: Files): { files: Files; fail(): void; heal(): void } {
  let fails = false;
  const check = (path: string): void => {
    if (fails && /(wal|spare)-/.test(path)) {
      throw Object.assign(new Error(`EIO: open '${path}'`), { code: 'EIO' });
    }
  };
  return {
    files: {
      ...files,
      async open(path, mode) {
        check(path);
        const file = await files.open(path, mode);
        return {
          ...file,
          writeNow: (from, offset, length, at) => {
            check(path);
            return file.writeNow(from, offset, length, at);
          },
          write: async (from, offset, length, at) => {
            check(path);
            return await file.write(from, offset, length, at);
          },
        };
      },
    },
    fail: () => {
      fails = true;
    },
    heal: () => {
      fails = false;
    },
  };
}
