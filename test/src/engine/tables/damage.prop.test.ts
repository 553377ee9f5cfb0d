import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { FlakehoundError } from '../../../../src/errors.js';
import { memoryPlatform } from './memoryFiles.js';
import { dir, gathered, job, noPace, plain, storeId, writeJobs } from './tableCases.js';

const jobs = Array.from({ length: 1500 }, (_, i) =>
  job(i * 2 + 1, { status: i % 5, type: `type ${i % 7}`, bytes: Buffer.alloc(i % 300, i) }),
);
const platform = memoryPlatform();
const entry = await writeJobs(platform, jobs);
const path = `${dir}/${entry.name}`;
const whole = Buffer.from(platform.files.contents.get(path)!);

/** Damage of a kind that disks do: some bytes overwritten, by noise, zeros or bytes from elsewhere. */
const damages = fc.array(
  fc.record({
    at: fc.nat(whole.length - 1),
    length: fc.oneof(fc.constant(1), fc.constantFrom(8, 512, 4096)),
    with: fc.oneof(fc.constant('zeros'), fc.constant('noise'), fc.nat(whole.length - 1)),
  }),
  { minLength: 1, maxLength: 3 },
);

test.prop([damages, fc.array(fc.nat(jobs.length - 1), { minLength: 5, maxLength: 5 })], {
  numRuns: 60,
})('a larger table with damaged bytes gives the right answers or none', async (all, samples) => {
  const bytes = Buffer.from(whole);
  for (const { at, length, with: filling } of all) {
    const end = Math.min(at + length, bytes.length);
    if (filling === 'zeros') bytes.fill(0, at, end);
    else if (filling === 'noise') for (let i = at; i < end; i++) bytes[i]! ^= (i * 37 + 1) & 255;
    else whole.copy(bytes, at, filling, Math.min(filling + end - at, whole.length));
  }
  platform.files.contents.set(path, bytes);
  const table = await right(() => openJobTable({ platform, dir, entry, storeId }));
  if (!table) return;
  for (const i of samples) {
    const { id, seq, type, status } = jobs[i]!;
    const record = Buffer.from(jobs[i]!.bytes);
    const found = await right(async () => ({ job: table.findNow(id) }));
    if (found) expect(found.job).toEqual({ seq, bytes: record });
    const read = await right(async () => ({ job: await table.read(seq) }));
    if (read) expect(read.job).toEqual({ seq, bytes: record });
    const seqs = await right(async () => table.seqsNow({ type, statuses: [status] }));
    const expected = jobs.filter((one) => one.type === type && one.status === status);
    if (seqs) expect(seqs).toEqual(expected.map((one) => one.seq));
    const stranger = await right(async () => ({ job: table.findNow(`${id}!`) }));
    if (stranger) expect(stranger.job).toBeUndefined();
  }
  const each = await right(() => gathered(table.each(noPace)));
  if (each) expect(each.map(plain)).toEqual(jobs.map(plain));
  if (!bytes.equals(whole)) await right(() => table.verify(noPace));
  await table.close();
});

/** What was answered; `undefined` when it was refused as it should be. */
async function right<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof FlakehoundError && error.code === 'CHECKPOINT_CORRUPT') return undefined;
    throw error;
  }
}
