import { describe, expect, test } from 'vitest';
import type { JobTableEntry, LogTableEntry } from '../../../../src/engine/seam.js';
import { headerBytes } from '../../../../src/engine/tables/footer.js';
import { openJobTable } from '../../../../src/engine/tables/jobTable.js';
import { openLogTable } from '../../../../src/engine/tables/logTable.js';
import { FlakehoundError } from '../../../../src/errors.js';
import { memoryPlatform } from './memoryFiles.js';
import {
  badHashes,
  dir,
  gathered,
  job,
  log,
  type MemoryPlatform,
  noPace,
  plain,
  storeId,
  writeJobs,
  writeLogs,
} from './tableCases.js';

const jobs = [
  job(3, { id: 'ä', bytes: Buffer.alloc(0) }),
  job(4, { status: 2 }),
  job(9, { type: 'run' }),
  job(10, { bytes: Buffer.alloc(1500) }),
];
const logs = [
  log(5),
  log(6, { jobSeq: 2, number: 1 }),
  log(9, { number: 6 }),
  log(11, { number: 7 }),
];

/** Answers of every kind; throws at the first that is refused. */
async function askJobs(platform: MemoryPlatform, entry: JobTableEntry): Promise<unknown> {
  const table = await openJobTable({ platform, dir, entry, storeId });
  const found = [...jobs.map((one) => one.id), 'stranger'].map((id) => table.findNow(id));
  const read = [...jobs.map((one) => one.seq), 5].map((seq) => table.readNow(seq));
  return [
    [...found, ...read].map((one) => one && [one.seq, one.bytes.toString('latin1')]),
    table.seqsNow(),
    table.seqsNow({ type: 'hunt', statuses: [0] }, { newest: true }),
    table.groups.map(({ type, status, jobs: count }) => [type, status, count]),
    (await gathered(table.each(noPace))).map(plain),
  ];
}

/** As `askJobs`, for logs. */
async function askLogs(platform: MemoryPlatform, entry: LogTableEntry): Promise<unknown> {
  const table = await openLogTable({ platform, dir, entry, storeId });
  const all = [
    ...(await table.of(1)),
    ...(await table.of(2, { limit: 1 })),
    ...(await table.newest(2)),
    ...(await table.newest(9, 9)),
    ...(await gathered(table.each(noPace))),
  ];
  return [
    all.map(({ lsn, jobSeq, number, bytes }) => [lsn, jobSeq, number, String(bytes)]),
    [0, 1, 2, 3].map((seq) => table.lastNumberNow(seq)),
  ];
}

async function answerTo(ask: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await ask());
  } catch (error) {
    if (error instanceof FlakehoundError && error.code === 'CHECKPOINT_CORRUPT') return 'refused';
    throw error;
  }
}

const kinds = {
  'job table': async (platform: MemoryPlatform) => {
    const entry = await writeJobs(platform, jobs);
    return { name: entry.name, ask: () => askJobs(platform, entry) };
  },
  'log table': async (platform: MemoryPlatform) => {
    const entry = await writeLogs(platform, logs);
    return { name: entry.name, ask: () => askLogs(platform, entry) };
  },
};

describe.each(Object.entries(kinds))('a damaged %s', (_, make) => {
  test('with any one byte wrong gives the right answers or none', async () => {
    const platform = memoryPlatform();
    const { name, ask } = await make(platform);
    const whole = await answerTo(ask);
    const path = `${dir}/${name}`;
    const bytes = platform.files.contents.get(path)!;
    let refused = 0;
    const wrong: string[] = [];
    for (const at of placesIn(bytes)) {
      const kept = bytes[at]!;
      // Every bit, but of zeros only one in each.
      for (let bit = kept === 0 ? at % 8 : 0; bit < 8; bit += kept === 0 ? 8 : 1) {
        bytes[at] = kept ^ (1 << bit);
        const answer = await answerTo(ask);
        if (answer === 'refused') refused++;
        else if (answer !== whole) wrong.push(`bit ${bit} of byte ${at}: ${answer}`);
      }
      bytes[at] = kept;
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(300);
    expect(await answerTo(ask)).toBe(whole);
  });

  test('with any one byte wrong is told by verify, but for zeros between the sections', async () => {
    const platform = memoryPlatform();
    const { name } = await make(platform);
    const bytes = platform.files.contents.get(`${dir}/${name}`)!;
    const unnoticed: number[] = [];
    for (const at of placesIn(bytes)) {
      bytes[at]! ^= 1 << (at % 8);
      const answer = await answerTo(() => verifyAgain(platform, name));
      if (answer !== 'refused') unnoticed.push(at);
      bytes[at]! ^= 1 << (at % 8);
    }
    expect(unnoticed.filter((at) => bytes[at] !== 0)).toEqual([]);
    expect(unnoticed.length).toBeLessThan(4096);
  });

  test('cut off anywhere, or longer than it was, is refused', async () => {
    const platform = memoryPlatform();
    const { name, ask } = await make(platform);
    const path = `${dir}/${name}`;
    const bytes = platform.files.contents.get(path)!;
    const taken: number[] = [];
    for (let length = 0; length < bytes.length; length++) {
      platform.files.contents.set(path, bytes.subarray(0, length));
      if ((await answerTo(ask)) !== 'refused') taken.push(length);
    }
    expect(taken).toEqual([]);
    platform.files.contents.set(path, Buffer.concat([bytes, Buffer.alloc(1)]));
    expect(await answerTo(ask)).toBe('refused');
  });
});

/** Every place in a file, but inside long runs of zeros, which are all alike, only some. */
function placesIn(bytes: Buffer): number[] {
  const around = 24;
  return [...bytes.keys()].filter((at) => {
    const near = bytes.subarray(Math.max(0, at - around), at + around);
    return at % 17 === 0 || near.some((byte) => byte !== 0);
  });
}

async function verifyAgain(platform: MemoryPlatform, name: string): Promise<void> {
  const bytes = platform.files.contents.get(`${dir}/${name}`)!.length;
  if (name.startsWith('jobs')) {
    const entry = { name, lsn: 100, jobs: jobs.length, bytes, lastSeq: 17 };
    const table = await openJobTable({ platform, dir, entry, storeId });
    await table.verify(noPace);
  } else {
    const entry = { name, firstLsn: 5, lastLsn: 11, entries: logs.length, bytes };
    const table = await openLogTable({ platform, dir, entry, storeId });
    await table.verify(noPace);
  }
}

describe('verify tells a section that another table was written with', () => {
  const one = [job(1), job(2, { status: 1 }), job(3), job(4, { status: 1 }), job(5), job(6)];
  const other = [job(1), job(2, { status: 1 }), job(3, { status: 1 }), job(4), job(5), job(6)];
  test.each([
    ['the index', other.map((each) => ({ ...each, id: `jab-${each.seq}` })), 13, 4096],
    ['the posting lists', other, 9, 64],
  ])('%s', async (words, jobsOfOther, number, length) => {
    const platform = memoryPlatform();
    const entry = await writeJobs(platform, one);
    await writeJobs(platform, jobsOfOther, { name: 'jobs-1-2' });
    const bytes = platform.files.contents.get(`${dir}/${entry.name}`)!;
    const foreign = platform.files.contents.get(`${dir}/jobs-1-2`)!;
    const at = bytes.readUIntLE(bytes.length - 216 + 80 + number * 8, 6);
    foreign.copy(bytes, at, at, at + length);
    const table = await openJobTable({ platform, dir, entry, storeId });
    await expect(table.verify(noPace), words).rejects.toThrow('about other jobs');
  });
});

test('a wrong byte in the index of many blocks is told', async () => {
  const platform = memoryPlatform();
  const long = Array.from({ length: 24 }, (_, i) => job(i * 9 + 1, { bytes: Buffer.alloc(9000) }));
  const entry = await writeJobs(platform, long);
  const bytes = platform.files.contents.get(`${dir}/${entry.name}`)!;
  const numbersAt = bytes.length - 216 + 80;
  const from = bytes.readUIntLE(numbersAt + 7 * 8, 6);
  const to = bytes.readUIntLE(numbersAt + 9 * 8, 6);
  expect(to - from).toBe(12 * 12);
  const answered: number[] = [];
  for (let at = from; at < to; at++) {
    for (let bit = 0; bit < 8; bit++) {
      bytes[at]! ^= 1 << bit;
      const table = await openJobTable({ platform, dir, entry, storeId });
      for (const { seq } of long) {
        if ((await answerTo(() => table.read(seq))) !== 'refused') answered.push(at);
      }
      bytes[at]! ^= 1 << bit;
    }
  }
  expect(answered).toEqual([]);
});

// Found by opening damaged stores: it was passed over as one with the same tag, and the job was gone.
test('an entry that stands where another belongs is no answer', async () => {
  const platform = memoryPlatform();
  const many = Array.from({ length: 9 }, (_, i) => job(i + 1));
  const entry = await writeJobs(platform, many);
  const path = `${dir}/${entry.name}`;
  const whole = platform.files.contents.get(path)!;
  const starts = many.map(({ id }) => whole.indexOf(id));
  const [length] = starts.slice(1).map((start, i) => start - starts[i]!);
  const copied = Buffer.from(whole);
  const from = headerBytes + 2 * length!;
  whole.copy(copied, from + 3 * length!, from, from + length!);
  platform.files.contents.set(path, copied);
  const table = await openJobTable({ platform, dir, entry, storeId });
  expect(() => table.findNow(many[5]!.id)).toThrow('not the one that the index means');
  await expect(table.find(many[5]!.id)).rejects.toMatchObject({ code: 'CHECKPOINT_CORRUPT' });
  expect(table.findNow(many[4]!.id)).toMatchObject({ seq: 5 });
});

test('a page that stands where another belongs is no answer', async () => {
  const platform = memoryPlatform();
  const many = Array.from({ length: 600 }, (_, i) => job(i + 1));
  // All in the first page and the one that it runs over into.
  const hash = badHashes[0]!;
  const entry = await writeJobs(platform, many, { hash });
  const path = `${dir}/${entry.name}`;
  const whole = platform.files.contents.get(path)!;
  const pages = findPages(whole);
  expect(pages.length).toBeGreaterThan(1);
  const swapped = Buffer.from(whole);
  whole.copy(swapped, pages[0]!, pages[1]!, pages[1]! + 4096);
  platform.files.contents.set(path, swapped);
  const table = await openJobTable({ platform, dir, entry, storeId, hash });
  expect(() => table.findNow('job-600')).toThrow('checksum');
  await expect(table.verify(noPace)).rejects.toThrow('checksum');
});

/** Where the index pages of a job table are: from a multiple of their length up to the footer. */
function findPages(bytes: Buffer): number[] {
  const end = bytes.length - 216;
  const pages: number[] = [];
  for (let at = end - 4096; at > 4096 && bytes.readUInt16LE(at + 4) > 0; at -= 4096)
    pages.unshift(at);
  return pages;
}
