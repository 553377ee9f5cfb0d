import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashId } from '../../../../src/engine/tables/idHash.js';
import { writeJobTable } from '../../../../src/engine/tables/writeJobTable.js';
import { writeLogTable } from '../../../../src/engine/tables/writeLogTable.js';
import { memoryPlatform } from './memoryFiles.js';
import { dir, noPace } from './tableCases.js';

const format = readFileSync(
  new URL('../../../../src/engine/tables/FORMAT.md', import.meta.url),
  'utf8',
);
const how = { dir, storeId: 'st', pace: noPace };
const record = (text: string) => Buffer.from(text);

test('the job table of the worked example is written as it stands there', async () => {
  const platform = memoryPlatform();
  await writeJobTable({
    ...how,
    platform,
    name: 'jobs',
    lsn: 7,
    lastSeq: 3,
    jobs: [
      [
        { seq: 1, id: 'a', type: 'run', status: 2, bytes: record('one') },
        { seq: 3, id: 'é', type: 'run', status: 0, bytes: record('three') },
      ],
    ],
  });
  expect(linesOf(platform.files.contents.get('dir/jobs')!)).toEqual(example('jobs'));
});

test('the log table of the worked example is written as it stands there', async () => {
  const platform = memoryPlatform();
  await writeLogTable({
    ...how,
    platform,
    name: 'logs',
    entries: [
      [
        { lsn: 4, jobSeq: 3, number: 1, bytes: record('hi') },
        { lsn: 6, jobSeq: 1, number: 1, bytes: record('ho') },
      ],
    ],
  });
  expect(linesOf(platform.files.contents.get('dir/logs')!)).toEqual(example('logs'));
});

test.each([
  ['', 3338908027751811],
  ['a', 7929297801672961],
  ['b', 8684336938537663],
  ['job-1', 3049509514790551],
])('the hash of %j stays what it is', (id, hash) => {
  const bytes = Buffer.from(`<${id}>`);
  expect(hashId(bytes, 1, bytes.length - 1)).toBe(hash);
});

/** The lines of one example, from FORMAT.md. */
function example(name: string): readonly string[] {
  const block = new RegExp(`\`\`\`hex ${name}\n([^\`]+)\n\`\`\``).exec(format);
  return (block?.[1] ?? '').split('\n');
}

/** Sixteen bytes a line, behind their offset; lines of zeros left out. */
function linesOf(bytes: Buffer): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    if (row.every((byte) => byte === 0)) continue;
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex}`);
  }
  return lines;
}
