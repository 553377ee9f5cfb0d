import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ClaimRequest,
  claimOwnership,
  findHolder,
  lookForHolder,
} from '../../../../src/engine/ownership/claimOwnership.js';
import type { LockContent } from '../../../../src/engine/ownership/lockFile.js';
import { createOwnership, type Ownership } from '../../../../src/engine/ownership/ownership.js';
import type { TopLock } from '../../../../src/engine/ownership/topLock.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../../src/node/nodeFiles.js';
import { nodeRandom } from '../../../../src/node/nodeRandom.js';
import type { Files } from '../../../../src/ports/files.js';
import type { Platform } from '../../../../src/ports/platform.js';
import { fakeChannels } from '../../../support/fakeChannels.js';
import { fakeProcesses } from '../../../support/fakeProcesses.js';
import { storeClock } from '../../../support/storeClock.js';

let dir: string;
let manifest: number;
let processes: ReturnType<typeof fakeProcesses>;
let channels: ReturnType<typeof fakeChannels>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fh-'));
  manifest = 0;
  processes = fakeProcesses();
  channels = fakeChannels();
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const request = (pid: number, how: { files?: Partial<Files>; address?: string } = {}) => {
  const platform: Platform = {
    files: { ...nodeFiles(), ...how.files },
    clock: { ...storeClock(), sleep: async () => undefined },
    random: nodeRandom(),
    processes: processes.of(pid),
    channels,
    crc32: nodeCrc32,
  };
  const place: ClaimRequest = {
    platform,
    dir,
    address: how.address ?? `here-${pid}`,
    manifestEpoch: async () => manifest,
  };
  return place;
};

const refusal = (code: string): Error => Object.assign(new Error(code), { code });

async function owned(place: ClaimRequest): Promise<Ownership> {
  const claim = await claimOwnership(place);
  if (claim.kind !== 'owner') throw new Error(`held by ${claim.by.pid}`);
  return claim.ownership;
}

async function lookAt(place: ClaimRequest): Promise<TopLock> {
  const found = await lookForHolder(place);
  if (found.kind === 'held') throw new Error(`held by ${found.by.pid}`);
  return found.top;
}

async function reign(place: ClaimRequest): Promise<Ownership> {
  const ownership = await owned(place);
  manifest = ownership.epoch;
  await ownership.removeOlder();
  return ownership;
}

describe('a claim', () => {
  test('of a new folder gives epoch 1, and leaves one file', async () => {
    expect((await reign(request(1))).epoch).toBe(1);
    expect(readdirSync(dir)).toEqual(['lock-1']);
  });

  test('says who holds the store, and where it listens', async () => {
    await reign(request(1, { address: 'there' }));
    const claim = await claimOwnership(request(2));
    expect(claim).toMatchObject({ kind: 'held', state: 'alive', by: { pid: 1, address: 'there' } });
    expect(await findHolder(request(2))).toMatchObject({ by: { pid: 1 } });
  });

  test('takes the next epoch after a release, and after a death', async () => {
    await (await reign(request(1))).release();
    expect(await findHolder(request(2))).toBeUndefined();
    expect((await reign(request(2))).epoch).toBe(2);
    processes.kill(2);
    expect((await reign(request(3))).epoch).toBe(3);
    expect(readdirSync(dir)).toEqual(['lock-3']);
  });

  test('goes on from the manifest when the lock was removed by hand', async () => {
    manifest = 7;
    expect((await owned(request(1))).epoch).toBe(8);
  });

  test('follows a release on a full disk, where the lock goes instead of saying so', async () => {
    const rename: Files['rename'] = () =>
      Promise.reject(Object.assign(new Error('ENOSPC: full'), { code: 'ENOSPC' }));
    const full = request(1, { files: { rename } });
    await (await reign(full)).release();
    expect(readdirSync(dir)).toEqual([]);
    expect((await owned(request(2))).epoch).toBe(2);
  });

  test('finds the lock of an epoch that the manifest never named, though its release failed', async () => {
    const rename: Files['rename'] = () =>
      Promise.reject(Object.assign(new Error('ENOSPC: full'), { code: 'ENOSPC' }));
    const early = await owned(request(1, { files: { rename } }));
    await expect(early.release()).rejects.toMatchObject({ code: 'STORE_LOCK' });
    expect(readdirSync(dir)).toEqual(['lock-1']);
  });

  test('withdraws when its epoch is over', async () => {
    await reign(request(1));
    processes.kill(1);
    let looks = 0;
    const claim = await claimOwnership({
      ...request(2),
      async manifestEpoch() {
        if (++looks === 2) {
          // Between its look and its link, epoch 2 began and ended, and epoch 3 reigns.
          rmSync(join(dir, 'lock-2'));
          manifest = 2;
          await reign(request(3));
        }
        return manifest;
      },
    });
    expect(claim).toMatchObject({ kind: 'held', by: { pid: 3, epoch: 3 } });
    expect(readdirSync(dir)).toEqual(['lock-3']);
  });

  test('goes on from an earlier look, without another', async () => {
    await (await reign(request(1))).release();
    const seen = await lookAt(request(2));
    const list = () => Promise.reject(new Error('it looks again'));
    expect((await owned({ ...request(2, { files: { list } }), seen })).epoch).toBe(2);
  });

  test('that goes on from an earlier look finds what came since', async () => {
    await (await reign(request(1))).release();
    const seen = await lookAt(request(2));
    const other = await reign(request(3));
    // The name is taken.
    expect(await claimOwnership({ ...request(2), seen })).toMatchObject({ by: { pid: 3 } });
    await other.release();
    await (await reign(request(4))).release();
    expect(readdirSync(dir)).toEqual(['lock-3']);
    // The name is free again, and its epoch is over.
    expect((await owned({ ...request(2), seen })).epoch).toBe(4);
    expect(readdirSync(dir)).toEqual(['lock-3', 'lock-4']);
  });

  test('of one whose state is unknown trusts a refused connection, not one that is answered', async () => {
    const listener = await channels.listen(dir, () => undefined);
    await reign(request(1, { address: listener.address }));
    processes.hide(1);
    expect(await claimOwnership(request(2))).toMatchObject({ kind: 'held', state: 'unknown' });
    await listener.close();
    expect((await owned(request(2))).epoch).toBe(2);
  });

  test('disregards the lock of which it is known that it was copied', async () => {
    const { lock } = await reign(request(1));
    const claim = await claimOwnership({ ...request(2), disregard: lock.nonce });
    expect(claim.kind).toBe('owner');
  });

  test('works where files can have no second name', async () => {
    const files: Partial<Files> = {
      link: async () => {
        throw Object.assign(new Error('no links here'), { code: 'EPERM' });
      },
    };
    await reign(request(1, { files }));
    expect(await claimOwnership(request(2, { files }))).toMatchObject({ kind: 'held' });
    processes.kill(1);
    expect((await reign(request(2, { files }))).epoch).toBe(2);
  });

  test('ends where every new file is gone at once', async () => {
    const open: Files['open'] = () =>
      Promise.reject(Object.assign(new Error('ENOENT: gone'), { code: 'ENOENT' }));
    await expect(claimOwnership(request(1, { files: { open } }))).rejects.toMatchObject({
      code: 'STORE_LOCK',
      cause: { code: 'ENOENT' },
    });
  });

  test('and a look at who holds the store say so where the folder can’t be read', async () => {
    const list: Files['list'] = () =>
      Promise.reject(Object.assign(new Error('EIO: broken'), { code: 'EIO' }));
    const blind = request(1, { files: { list } });
    for (const look of [claimOwnership(blind), findHolder(blind)]) {
      await expect(look).rejects.toMatchObject({ code: 'STORE_LOCK', cause: { code: 'EIO' } });
    }
  });

  // Found by a sweep of all errnos: each of these went round for ever.
  const broken: Readonly<Record<string, (plain: Files) => Partial<Files>>> = {
    'every new name is taken': ({ open }) => ({
      open: (path, mode) =>
        mode === 'create' ? Promise.reject(refusal('EEXIST')) : open(path, mode),
    }),
    'every link’s name is taken': () => ({ link: () => Promise.reject(refusal('EEXIST')) }),
    'there are no links, and every name is taken': ({ open }) => ({
      link: () => Promise.reject(refusal('EPERM')),
      open: (path, mode) =>
        mode === 'create' && !path.endsWith('.tmp')
          ? Promise.reject(refusal('EEXIST'))
          : open(path, mode),
    }),
    'a lock that is listed isn’t there': ({ list }) => ({
      list: async (path) => [...(await list(path)), 'lock-7'],
    }),
  };
  test.each(Object.entries(broken))('gives up in a folder where %s', async (_, how) => {
    const claim = claimOwnership(request(1, { files: how(nodeFiles()) }));
    await expect(claim).rejects.toMatchObject({ code: 'STORE_LOCK' });
    expect(readdirSync(dir)).toEqual([]);
  });

  test('that finds no place for a lock says so', async () => {
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'a file');
    await expect(claimOwnership(request(1))).rejects.toMatchObject({
      code: 'STORE_LOCK',
      hint: expect.stringContaining(dir),
    });
  });
});

describe('a lock', () => {
  test('with any flipped bit, or cut anywhere, is never taken for another', async () => {
    await reign(request(1));
    processes.kill(1);
    const path = join(dir, 'lock-1');
    const whole = readFileSync(path);
    const damaged = [
      ...Array.from(whole, (byte, at) => whole.with(at, byte ^ (1 << (at % 8)))),
      ...Array.from(whole, (_, end) => whole.subarray(0, end)),
    ];
    for (const bytes of damaged) {
      writeFileSync(path, bytes);
      await expect(claimOwnership(request(2))).rejects.toMatchObject({ code: 'STORE_LOCK' });
    }
    writeFileSync(path, whole);
    expect((await owned(request(2))).epoch).toBe(2);
  });

  test('of another epoch than its name says is damaged', async () => {
    await reign(request(1));
    writeFileSync(join(dir, 'lock-2'), readFileSync(join(dir, 'lock-1')));
    await expect(claimOwnership(request(2))).rejects.toMatchObject({ code: 'STORE_LOCK' });
  });
});

test('who was taken over gives nothing free', async () => {
  const first = await reign(request(1));
  processes.kill(1);
  const second = await reign(request(2));
  await second.removeOlder();
  await first.release();
  expect(readdirSync(dir)).toEqual(['lock-2']);
});

describe('the fence', () => {
  test('stands after a release, a takeover, and the removal of the lock', async () => {
    const first = await reign(request(1));
    first.fence();
    processes.kill(1);
    const second = await owned(request(2));
    expect(() => first.fence()).toThrow(expect.objectContaining({ code: 'STORE_FENCED' }));
    second.fence();
    rmSync(join(dir, 'lock-2'));
    expect(() => second.fence()).toThrow(expect.objectContaining({ code: 'STORE_FENCED' }));
    manifest = 2;
    const third = await reign(request(3));
    await third.release();
    expect(() => third.fence()).toThrow(expect.objectContaining({ code: 'STORE_FENCED' }));
  });

  test('never passes after a takeover began, whatever happens between its two looks', () => {
    // What two successors do, one after the other, from any point to any other between the looks.
    const takeover = ['+lock-6', '-lock-5', '+lock-7', '-lock-6', '+lock-8', '-lock-7'];
    for (let before = 0; before <= takeover.length; before++) {
      for (let between = before; between <= takeover.length; between++) {
        const names = new Set(['lock-5']);
        const act = (from: number, to: number) => {
          for (const step of takeover.slice(from, to)) {
            if (step.startsWith('+')) names.add(step.slice(1));
            else names.delete(step.slice(1));
          }
        };
        act(0, before);
        let looks = 0;
        const place = request(1, {
          files: {
            existsNow: (path) => {
              if (++looks === 2) act(before, between);
              return names.has(path.slice(dir.length + 1));
            },
          },
        });
        const ownership = createOwnership(place, { ...lockOf(5), epoch: 5 });
        const passed = (() => {
          try {
            ownership.fence();
            return true;
          } catch {
            return false;
          }
        })();
        if (passed) expect(before, `${before} ${between}`).toBe(0);
        if (between === 0) expect(passed).toBe(true);
      }
    }
  });

  test('does not pass when it can’t be told whether the lock is there', async () => {
    const place = request(1, {
      files: {
        existsNow: () => {
          throw Object.assign(new Error(), { code: 'EACCES' });
        },
      },
    });
    const ownership = createOwnership(place, lockOf(1));
    expect(() => ownership.fence()).toThrow(expect.objectContaining({ code: 'STORE_FENCED' }));
  });
});

test('8 contenders for a real folder, 1,000 rounds: one owner each time', async () => {
  let epoch = 0;
  for (let round = 0; round < 1000; round++) {
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => claimOwnership(request(round * 8 + n + 1))),
    );
    const owners = claims.filter((claim) => claim.kind === 'owner');
    expect(owners.length).toBe(1);
    const { ownership } = owners[0]!;
    ownership.fence();
    expect(ownership.epoch).toBeGreaterThan(epoch);
    epoch = ownership.epoch;
    manifest = epoch;
    await ownership.removeOlder();
    if (round % 2 === 0) await ownership.release();
    else processes.kill(ownership.lock.pid);
  }
  expect(readdirSync(dir)).toEqual([`lock-${epoch}`]);
}, 120_000);

const lockOf = (epoch: number): LockContent => ({
  ...processes.of(1).self(),
  epoch,
  nonce: 'a',
  address: '',
  since: 0,
});
