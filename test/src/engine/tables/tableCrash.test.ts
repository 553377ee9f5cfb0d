import { expect, test } from 'vitest';
import {
  assertCrashSafe,
  type CrashWorld,
  type Seen,
  type WorkloadWorld,
} from '../../../../harness/property/index.js';
import { openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { openLogTable } from '../../../../src/engine/tables/logTable.js';
import { writeJobTable } from '../../../../src/engine/tables/writeJobTable.js';
import { writeLogTable } from '../../../../src/engine/tables/writeLogTable.js';
import { filePlatform } from '../../../support/memoryFiles.js';
import { gathered, job, log, noPace, storeId } from './tableCases.js';

const jobs = [job(1), job(2, { status: 2, bytes: Buffer.alloc(600, 'x') })];
const entries = [log(3), log(4)];

/** Which tables stand under their names after a crash; those that do must be whole. */
async function recover({ fs, dir }: CrashWorld): Promise<readonly string[]> {
  const platform = filePlatform(fs);
  const found: string[] = [];
  for (const name of await platform.files.list(dir)) {
    if (name.endsWith('.tmp')) continue;
    const { size: bytes } = fs.statSync(`${dir}/${name}`);
    const place = { platform, dir, storeId };
    const jobEntry = { name, lsn: 9, jobs: 2, bytes, lastSeq: 2 };
    const logEntry = { name, firstLsn: 3, lastLsn: 4, entries: 2, bytes };
    const table = name.startsWith('jobs')
      ? await openJobTable({ ...place, entry: jobEntry })
      : await openLogTable({ ...place, entry: logEntry });
    await table.verify(noPace);
    expect(await gathered<unknown>(table.each(noPace))).toHaveLength(2);
    await table.close();
    found.push(name);
  }
  return found;
}

async function workload({ fs, dir, started, acknowledge }: WorkloadWorld): Promise<void> {
  const how = { platform: filePlatform(fs), dir, storeId, pace: noPace };
  started('logs');
  await writeLogTable({ ...how, name: 'logs-1-1', entries: [entries] });
  acknowledge('logs', 'logs-1-1');
  started('jobs');
  await writeJobTable({ ...how, name: 'jobs-1-2', lsn: 9, lastSeq: 2, jobs: [jobs] });
  acknowledge('jobs', 'jobs-1-2');
}

const invariants = {
  'a table that was acknowledged is there': ({ state, acknowledged }: Seen<readonly string[]>) =>
    acknowledged.every(({ value }) => state.includes(String(value))),
};

test.each(['posix', 'ordered'] as const)(
  'a table is whole or not there after any crash, on a disk of the model %s',
  async (model) => {
    const bound = { exhaustive: 4, few: 1, samples: 4, tornAt: [1, 512], recoveryCrashes: 0 };
    const report = await assertCrashSafe(workload, { recover, invariants, model, bound });
    expect(report.statesVisited).toBeGreaterThan(20);
  },
);
