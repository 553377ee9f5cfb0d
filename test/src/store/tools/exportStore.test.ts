import { expect, test } from 'vitest';
import type { JobStore } from '../../../../src/jobs/jobStore.js';
import { exportStore } from '../../../../src/storeTools.js';
import { StoreMachine } from '../../../support/storeMachine.js';
import { contents, filled, open } from './filledStore.js';

const dir = '/data/store';

async function linesOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

test('an export has every job with its log behind it, and the error events, in a line of JSON each', async () => {
  const machine = StoreMachine.fresh();
  const store = await filled(machine, dir);
  const { jobs, logs, errors } = await contents(store);
  const expected = [
    ...jobs.flatMap((job, at) => [{ job }, ...logs[at]!.map((log) => ({ log }))]),
    ...errors.map((errorEvent) => ({ errorEvent })),
  ];
  const lines = await machine.clock.drive(linesOf(exportStore(store)));
  expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
  expect(lines.every((line) => line.endsWith('}\n') && !line.slice(0, -1).includes('\n'))).toBe(
    true,
  );
  await machine.clock.drive(store.close());
  const platform = machine.process();
  expect(await machine.clock.drive(linesOf(exportStore(dir, { platform })))).toEqual(lines);
});

test('a folder without a store exports nothing, and stays as it is', async () => {
  const machine = StoreMachine.fresh();
  const lines = exportStore(dir, { platform: machine.process() });
  await expect(machine.clock.drive(linesOf(lines))).rejects.toMatchObject({ code: 'STORE_DIR' });
  expect(machine.fs.existsSync(dir)).toBe(false);
});

test('a store of many pages is exported whole while jobs come and go', async () => {
  const machine = StoreMachine.fresh();
  const store = await open(machine, dir);
  const ids = Array.from({ length: 1203 }, (_, n) => `job-${n}`);
  await machine.clock.drive(store.group(ids.map((id) => ({ kind: 'create', id, type: 'probe' }))));
  const seen: string[] = [];
  const read = async (from: JobStore) => {
    for await (const line of exportStore(from)) {
      const { id } = (JSON.parse(line) as { job: { id: string } }).job;
      seen.push(id);
      // The end of each page is gone before the next one is asked for.
      if (id === 'job-499') {
        for (const gone of ['job-499', 'job-498', 'job-3', 'job-600']) await store.remove(gone);
        await store.create({ id: 'late', type: 'probe' });
      }
    }
  };
  await machine.clock.drive(read(store));
  expect(seen).toEqual([...ids.filter((id) => id !== 'job-600'), 'late']);
  await machine.clock.drive(store.close());
});
