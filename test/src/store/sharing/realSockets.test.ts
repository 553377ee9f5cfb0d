import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeChannels } from '../../../../src/node/nodeChannels.js';
import { nodeClock } from '../../../../src/node/nodeClock.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../../src/node/nodeFiles.js';
import { nodeRandom } from '../../../../src/node/nodeRandom.js';
import { sharedStore } from '../../../../src/store/sharing/sharedStore.js';
import { fakeProcesses } from '../../../support/fakeProcesses.js';
import { emptyModelState } from '../../../support/modelState.js';
import { modelStore } from '../../../support/modelStore.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fh-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('over real sockets and files, four take turns to own a store, and nothing is lost', async () => {
  const state = emptyModelState();
  const processes = fakeProcesses();
  const clock = nodeClock();
  let manifest = 0;
  const open = (pid: number) =>
    sharedStore({
      platform: {
        files: nodeFiles(),
        channels: nodeChannels(),
        clock,
        random: nodeRandom(),
        crc32: nodeCrc32,
        processes: processes.of(pid),
      },
      dir,
      mode: 'shared',
      manifestEpoch: async () => manifest,
      openOwner: async (ownership) => {
        manifest = ownership.epoch;
        return modelStore({ clock, state, dir });
      },
      // Bounds a hang: a machine that does ten other things may stand still for longer than 10 s.
      patience: 100_000,
      flush: 100,
    });
  const stores = await Promise.all([1, 2, 3, 4].map(open));
  const ids: string[] = [];
  for (const [turn, store] of stores.entries()) {
    const calls = stores.slice(turn).flatMap((writer, n) =>
      Array.from({ length: 50 }, (_, k) => {
        const id = `${turn}-${n}-${k}`;
        ids.push(id);
        return writer.create({ id, type: 't', data: 'x'.repeat(k * 100) });
      }),
    );
    await Promise.all(calls);
    await store.close();
  }
  expect([...state.jobs.keys()].sort()).toEqual(ids.sort());
  expect(readdirSync(dir)).toEqual([`lock-${manifest}`]);
});
