import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir as temporaryFolder } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeManifest, readManifest } from '../../../src/engine/files/manifest.js';
import { encodeLock } from '../../../src/engine/ownership/lockFile.js';
import type { Manifest } from '../../../src/engine/seam.js';
import { FlakehoundError } from '../../../src/errors.js';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import { nodeProcesses } from '../../../src/node/nodeProcesses.js';
import { openStore } from '../../../src/openStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import {
  causes,
  fillReal,
  hasty,
  readFolder,
  shownBy,
  snapshot,
  writeFolder,
} from './realStores.js';

// What an open may meet in a folder; `badValues` has what a call may be given, `fullDisk` the disk.

let root = '';
let dir = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await temporaryFolder({ unsafeCleanup: true });
  root = folder.path;
  dir = join(root, 'store');
  remove = folder.cleanup;
});
afterEach(() => remove());

const here = { files: nodeFiles(), crc32: nodeCrc32 };

/** The error that opening ends with, which says what to do. */
async function refusal(path: string, options: StoreOptions = {}): Promise<FlakehoundError> {
  const error = await openStore(path, { ...hasty, ...options }).then(
    async (store) => {
      await store.close();
      throw new Error(`${path} was opened`);
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FlakehoundError);
  const refused = error as FlakehoundError;
  expect(refused.hint.length).toBeGreaterThan(15);
  expect(refused.message).toContain(root);
  return refused;
}

/** Other processes as they look from here. */
const seenAs = (state: 'alive' | 'dead' | 'unknown'): StoreOptions => ({
  platform: { processes: { ...nodeProcesses(), state: () => state } },
});

/** A store in `dir` that was closed. */
async function closedStore() {
  const store = await fillReal(dir);
  const shown = await shownBy(store);
  await store.close();
  return { shown, files: await readFolder(dir) };
}

async function rewriteManifest(edit: (manifest: Manifest) => Manifest): Promise<void> {
  const { manifest } = (await readManifest(here, dir))!;
  const bytes = encodeManifest(edit(manifest), nodeCrc32);
  await writeFile(join(dir, `manifest-${manifest.epoch}`), bytes);
}

const manifestIn = async (): Promise<string> => {
  const names = (await readdir(dir)).filter((name) => name.startsWith('manifest-'));
  return join(dir, names.at(-1)!);
};

describe('a folder that is none', () => {
  test('a file in its place is refused and left as it is', async () => {
    await writeFile(dir, 'thesis');
    expect(await refusal(dir)).toMatchObject({ code: 'STORE_DIR' });
    expect(await readFile(dir, 'utf8')).toBe('thesis');
  });

  test('a file above it is refused', async () => {
    await writeFile(dir, 'thesis');
    expect(await refusal(join(dir, 'below'))).toMatchObject({ code: 'STORE_DIR' });
  });

  test.skipIf(process.platform !== 'linux')('a folder that takes no other is refused', async () => {
    const refused = openStore('/proc/flakehound/store', hasty);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_DIR' });
  });

  test.each(['', undefined, 7])('the path %j is refused', async (path) => {
    const refused = openStore(path as string, hasty);
    await expect(refused).rejects.toMatchObject({ code: 'STORE_DIR', hint: expect.any(String) });
  });

  test('nothing, where a store must be, is refused and not made', async () => {
    for (const options of [{ missing: 'fail' }, { mode: 'readOnly' }] as const) {
      const refused = await refusal(dir, options);
      expect(refused).toMatchObject({ code: 'STORE_DIR' });
      // The command line shows it too: what can be said to openStore alone helps nobody there.
      expect(refused.hint).not.toMatch(/missing|mode/);
    }
    expect(await readdir(root)).toEqual([]);
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder without permission (root has it always)',
    async () => {
      await mkdir(dir, { mode: 0o000 });
      const refused = await refusal(dir).finally(() => chmod(dir, 0o700));
      expect(['STORE_DIR', 'STORE_LOCK', 'STORE_MANIFEST']).toContain(refused.code);
    },
  );

  test.each(['open', 'list', 'facts', 'makeFolder'] as const)(
    'a folder whose %s the machine denies',
    async (call) => {
      const files = nodeFiles();
      const denied = Object.assign(new Error(`EACCES: permission denied, ${call} '${dir}'`), {
        code: 'EACCES',
        syscall: call,
      });
      const platform = { files: { ...files, [call]: () => Promise.reject(denied) } };
      const refused = await refusal(dir, { platform });
      expect(['STORE_DIR', 'STORE_LOCK', 'STORE_MANIFEST']).toContain(refused.code);
      expect(causes(refused)).toContain(denied);
    },
  );
});

describe('a format that is foreign or newer', () => {
  test.each([
    ['other text', 'name: thesis\n', 'STORE_MANIFEST'],
    ['other JSON', '{"name":"thesis"}', 'STORE_MANIFEST'],
    ['nothing', '', 'STORE_MANIFEST'],
    ['zeros, as power cuts leave them', '\0'.repeat(900), 'STORE_MANIFEST'],
  ])('a manifest of %s', async (_, text, code) => {
    const { files } = await closedStore();
    await writeFile(await manifestIn(), text);
    expect(await refusal(dir)).toMatchObject({ code });
    const names = [...(await readFolder(dir)).keys()];
    expect([...files.keys()].filter((name) => !names.includes(name))).toEqual([]);
  });

  test('a format that only newer readers know', async () => {
    await closedStore();
    await rewriteManifest((now) => ({ ...now, format: { reader: 99, writer: 99 } }));
    expect(await refusal(dir)).toMatchObject({ code: 'STORE_FORMAT' });
  });

  test('a required feature that nobody here knows', async () => {
    await closedStore();
    const features = { required: ['colour'], optional: [] };
    await rewriteManifest((now) => ({ ...now, features }));
    expect(await refusal(dir)).toMatchObject({
      code: 'STORE_FORMAT',
      message: expect.stringContaining('colour'),
    });
  });

  test('a format that only newer writers know is read, and takes no writes', async () => {
    const { shown } = await closedStore();
    await rewriteManifest((now) => ({ ...now, format: { reader: 1, writer: 99 } }));
    const store = await openStore(dir, hasty);
    expect(await shownBy(store)).toEqual(shown);
    await expect(store.create({ type: 'probe' })).rejects.toMatchObject({
      code: 'STORE_READ_ONLY',
    });
    await store.close();
  });

  test('a segment of a newer format', async () => {
    const { files } = await closedStore();
    const [name, bytes] = [...files].filter(([file]) => file.startsWith('wal-')).at(-1)!;
    bytes.writeUInt16LE(2, 12);
    bytes.writeUInt32LE(nodeCrc32(bytes, 12, 128), 8);
    await writeFile(join(dir, name), bytes);
    expect(await refusal(dir)).toMatchObject({ code: 'STORE_FORMAT' });
  });

  test.each(['wal-', 'jobs-', 'logs-'])(
    'a file of another store under the name of a %s',
    async (kind) => {
      await closedStore();
      const other = join(root, 'other');
      await (await fillReal(other)).close();
      // Both checkpoints, so that there is none to go back to.
      for (const name of (await readdir(dir)).filter((file) => file.startsWith(kind))) {
        const bytes = await readFile(join(other, name));
        await writeFile(join(dir, name), bytes);
      }
      const code = kind === 'wal-' ? 'STORE_CORRUPT' : 'CHECKPOINT_CORRUPT';
      expect(await refusal(dir)).toMatchObject({ code });
    },
  );
});

const damageCodes = [
  'STORE_MANIFEST',
  'STORE_FORMAT',
  'STORE_CORRUPT',
  'STORE_LOCK',
  'CHECKPOINT_CORRUPT',
  'CHECKPOINT_READ',
  'LOG_READ',
];

describe('damaged files', () => {
  /** Opens and reads all of a store: what it shows, or the error. */
  async function outcome(path: string) {
    try {
      const store = await openStore(path, hasty);
      try {
        return await shownBy(store);
      } finally {
        await store.close();
      }
    } catch (error) {
      return error;
    }
  }

  function judge(found: unknown, shown: unknown, what: string): 'refused' | 'same' {
    if (found instanceof FlakehoundError) {
      expect(damageCodes, `${what}: ${found.message}`).toContain(found.code);
      expect(found.hint.length, what).toBeGreaterThan(15);
      return 'refused';
    }
    expect(found, what).toEqual(shown);
    return 'same';
  }

  test('a bit flipped anywhere is refused with what to do, or makes no difference', async () => {
    const { shown, files } = await closedStore();
    let refused = 0;
    for (const [name, bytes] of files) {
      for (let part = 0; part < 6; part++) {
        const at = Math.round((part / 5) * (bytes.length - 1));
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << part;
        const path = await writeFolder(dir, new Map([...files, [name, damaged]]));
        const verdict = judge(await outcome(path), shown, `${name}, byte ${at}`);
        if (verdict === 'refused') refused++;
        await rm(dir, { recursive: true });
      }
    }
    expect(refused).toBeGreaterThan(5);
  });

  test('a file that is missing, empty or cut in half is refused, or makes no difference', async () => {
    const { shown, files } = await closedStore();
    for (const [name, bytes] of files) {
      for (const length of [undefined, 0, bytes.length >> 1]) {
        const left = new Map(files);
        if (length === undefined) left.delete(name);
        else left.set(name, bytes.subarray(0, length));
        const path = await writeFolder(dir, left);
        judge(await outcome(path), shown, `${name} of ${length} bytes`);
        await rm(dir, { recursive: true });
      }
    }
  });

  test('without its manifest a store is refused, and no empty one put in its place', async () => {
    const { files } = await closedStore();
    await rm(await manifestIn());
    for (const missing of ['create', 'fail'] as const) {
      expect(await refusal(dir, { missing })).toMatchObject({ code: 'STORE_MANIFEST' });
    }
    for (const [name, bytes] of files) {
      if (/^(wal|jobs|logs)-/.test(name)) expect(await readFile(join(dir, name))).toEqual(bytes);
    }
  });

  test('what a power cut left of the last write is cut off, told, and kept', async () => {
    const store = await fillReal(dir);
    const cut = await snapshot(dir, join(root, 'cut'));
    await store.close();
    const { log } = (await readManifest(here, cut))!.manifest;
    const path = join(cut, log.segments.find(({ sealedAt }) => sealedAt === undefined)!.name);
    const bytes = await readFile(path);
    const end = bytes.findLastIndex((byte) => byte !== 0);
    bytes[end]! ^= 1;
    await writeFile(path, bytes);
    const again = await openStore(cut, { ...hasty, ...seenAs('dead') });
    const { recovery } = await again.health();
    expect(recovery.tornBytes).toBeGreaterThan(32);
    expect((await readFile(recovery.keptIn[0]!)).at(-1)).toBe(bytes[end]);
    await again.close();
  });
});

describe('a lock', () => {
  const lockOf = (address: string) => {
    const self = nodeProcesses().self();
    const lock = {
      ...self,
      pid: 4_000_000,
      epoch: 9,
      nonce: 'x',
      address,
      since: 1_767_323_045_678,
    };
    return encodeLock(lock, nodeCrc32);
  };
  test('of a process that runs and does not answer is respected, and its holder named', async () => {
    await closedStore();
    await writeFile(join(dir, 'lock-9'), lockOf(''));
    const refused = await refusal(dir, seenAs('alive'));
    expect(refused).toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining('4000000'),
    });
  });

  test('of a process that nobody can see is respected, with the way out', async () => {
    await closedStore();
    await writeFile(join(dir, 'lock-9'), lockOf(join(root, 'nobody.sock')));
    const refused = await refusal(dir, seenAs('unknown'));
    expect(refused).toMatchObject({
      code: 'STORE_LOCKED',
      hint: expect.stringContaining('lock-9'),
    });
  });

  test('of a process that died is taken over', async () => {
    const { shown } = await closedStore();
    await writeFile(join(dir, 'lock-9'), lockOf(''));
    const store = await openStore(dir, { ...hasty, ...seenAs('dead') });
    expect(await shownBy(store)).toEqual(shown);
    expect((await store.health()).epoch).toBe(10);
    await store.close();
  });

  test('of this very process keeps out who wants the store alone', async () => {
    const store = await openStore(dir, hasty);
    expect(await refusal(dir, { mode: 'exclusive' })).toMatchObject({ code: 'STORE_LOCKED' });
    await store.create({ id: 'still works', type: 'probe' });
    await store.close();
  });

  test('that is damaged is never taken over', async () => {
    await closedStore();
    await writeFile(join(dir, 'lock-9'), 'scribble');
    expect(await refusal(dir)).toMatchObject({ code: 'STORE_LOCK' });
  });
});
