import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { SweepWorld } from '../../../../harness/property/sweep/runOnce.js';
import { sweepFaults } from '../../../../harness/property/sweep/sweepFaults.js';

/** Collects what nobody holds. Flags of V8 set here don't outlive this file's own worker. */
function collect(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** How many of the bytes that earlier runs wrote are held still, at most, while later ones run. */
async function mostHeld(depth: number): Promise<number> {
  const written: WeakRef<Uint8Array>[] = [];
  let most = 0;
  const write = async ({ fs, dir }: SweepWorld): Promise<void> => {
    if (written.length % 8 === 7) {
      // What a job of the event loop has looked at is held until its end.
      await new Promise((resolve) => setImmediate(resolve));
      collect();
      most = Math.max(most, written.filter((bytes) => bytes.deref() !== undefined).length);
    }
    const bytes = new Uint8Array(1024);
    written.push(new WeakRef(bytes));
    const file = await fs.promises.open(`${dir}/file`, 'w');
    try {
      await file.write(bytes);
    } finally {
      await file.close();
    }
  };
  const { runs } = await sweepFaults(write, { depth });
  expect(runs).toBeGreaterThan(20);
  return most;
}

// The first run without faults is compared with the last one. Others may be on their way out.
test.each([1, 2])(
  'a sweep of depth %d holds on to none of the runs it has judged',
  async (depth) => {
    expect(await mostHeld(depth)).toBeLessThan(5);
  },
);
