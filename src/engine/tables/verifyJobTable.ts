import type { Bytes } from '../../units.js';
import type { JobTableEntry, Pace } from '../seam.js';
import { placeOf } from './blocks.js';
import { childKey } from './childIndex.js';
import { headerBytes, tableMagic } from './footer.js';
import { eachSlot, slotsUsed } from './hashIndex.js';
import { tagOf } from './idHash.js';
import { idPlace, readJobHead } from './jobEntry.js';
import type { JobTableParts } from './jobTable.js';
import { readChunkNow } from './postings.js';
import { mixed } from './sums.js';

/**
 * Reads a whole job table. Every byte is under a checksum; beyond that the index and the posting
 * lists must be about exactly the jobs that are there, which is told by counts and sums of them.
 *
 * @throws FlakehoundError `CHECKPOINT_CORRUPT`, `CHECKPOINT_READ`
 */
export async function verifyJobTable(
  parts: JobTableParts,
  entry: JobTableEntry,
  pace: Pace,
): Promise<void> {
  const { file, directory, index } = parts;
  const header = await file.bytes(0, headerBytes);
  if (header.toString('latin1') !== tableMagic.jobs) throw file.corrupt(0, 'it is no job table');
  const found = await sumsOfJobs(parts, pace);
  if (found.jobs !== entry.jobs) {
    throw file.corrupt(0, `it has ${found.jobs} jobs instead of ${entry.jobs}`);
  }
  if (found.lastSeq > entry.lastSeq) {
    throw file.corrupt(0, `it has job ${found.lastSeq}, above the last one, ${entry.lastSeq}`);
  }
  const slots = await sumOfSlots(parts, pace);
  if (slots.used !== found.jobs || slots.sum !== found.slots) {
    throw file.corrupt(index.facts.indexAt, 'the index is about other jobs');
  }
  await verifyChildren(parts, found, pace);
  for (const { type, status, jobs, chunks } of directory.groups) {
    let count = 0;
    let sum = 0;
    for (const chunk of chunks) {
      await pace.turn();
      for (const seq of readChunkNow(file, chunk)) sum = (sum + mixed(seq)) | 0;
      count += chunk.count;
    }
    const expected = found.groups.get(`${status} ${type}`);
    if (count !== jobs || expected !== sum) {
      throw file.corrupt(
        chunks[0]?.at ?? 0,
        `the list of the jobs of type ${type} with status ${status} is about other jobs`,
      );
    }
  }
}

/** Whose parents nobody can tell is only read. */
async function verifyChildren(
  { file, directory, parentHash }: JobTableParts,
  found: { readonly children: number; readonly parents: number },
  pace: Pace,
): Promise<void> {
  if (directory.children === undefined) return;
  const { facts } = directory.children;
  let rows = 0;
  let sum = 0;
  await directory.children.each(pace, (key, seq) => {
    rows++;
    sum = (sum + mixed(key, seq)) | 0;
  });
  const isAbout = parentHash === undefined || (rows === found.children && sum === found.parents);
  if (rows !== facts.children || !isAbout) {
    throw file.corrupt(facts.indexAt, 'the index of children is about other jobs');
  }
}

async function sumsOfJobs(
  { blocks, directory, file, hash, parentHash }: JobTableParts,
  pace: Pace,
) {
  const groups = new Map<string, number>();
  let jobs = 0;
  let lastSeq = 0;
  let slots = 0;
  let children = 0;
  let parents = 0;
  for await (const block of blocks.each(pace)) {
    for (let i = 0; i < block.keys.length; i++) {
      const place = placeOf(block, i);
      const { seq, status, typeNumber } = readJobHead(place);
      const type = directory.types[typeNumber];
      if (type === undefined) throw file.corrupt(block.at + place.at, 'a job has no type');
      const key = `${status} ${type}`;
      groups.set(key, ((groups.get(key) ?? 0) + mixed(seq)) | 0);
      const tag = tagOf(hash(place.bytes, idPlace(place.at), place.record));
      slots = (slots + mixed(block.at + place.at, tag)) | 0;
      const { bytes, record, end } = place;
      const parent = parentHash === undefined ? -1 : parentHash(bytes.subarray(record, end), hash);
      if (parent !== -1) {
        children++;
        parents = (parents + mixed(childKey(parent), seq)) | 0;
      }
      lastSeq = seq;
      jobs++;
    }
  }
  return { groups, jobs, lastSeq, slots, children, parents };
}

async function sumOfSlots({ file, index }: JobTableParts, pace: Pace) {
  const { indexAt, pages } = index.facts;
  let used = 0;
  let sum = 0;
  for (let number = 0; number < pages; number++) {
    await pace.turn();
    const page = index.pageNow(number);
    let here = 0;
    eachSlot(page, (tag: number, offset: Bytes) => {
      sum = (sum + mixed(offset, tag)) | 0;
      here++;
    });
    if (here !== slotsUsed(page)) throw file.corrupt(indexAt, 'an index page miscounts its slots');
    used += here;
  }
  return { used, sum };
}
