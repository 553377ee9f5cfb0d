import { invariant } from '../../errors.js';
import type { JobSeq, Lsn } from '../../units.js';
import type { JobTableEntry, Pace } from '../seam.js';
import { BlockIndexBuilder } from './blockIndex.js';
import { DirectoryBuilder } from './directory.js';
import { EntryWriter, recordAt } from './entry.js';
import { headerBytes, putHeader } from './footer.js';
import { HashIndexBuilder } from './hashIndex.js';
import { hashId, type IdHash } from './idHash.js';
import { idPlace, putJobHead } from './jobEntry.js';
import { jobFooterBytes, putJobFooter } from './jobFooter.js';
import type { TablePlatform } from './tableFile.js';
import type { Batches, ParentHash, TableJob } from './tableJob.js';
import { TableOutput } from './tableOutput.js';

/** What a job table is made of. */
export interface NewJobTable {
  readonly platform: TablePlatform;
  readonly dir: string;
  readonly name: string;
  readonly storeId: string;
  readonly lsn: Lsn;
  /** The highest seq ever given. */
  readonly lastSeq: JobSeq;
  /** All jobs in ascending order of their seqs; no id twice. */
  readonly jobs: Batches<TableJob>;
  readonly pace: Pace;
  /** With it the table has an index of children. */
  readonly parentHash?: ParentHash;
  /** Another hash, to force ids upon each other; `openJobTable` must be given the same. */
  readonly hash?: IdHash;
}

/** Between two looks at the clock. */
const jobsPerTurn = 32;

/**
 * Writes a job table and makes it durable under its name. Keeps some 24 bytes in memory for each
 * job, and never works longer at a stretch than `pace` allows.
 *
 * @throws FlakehoundError `CHECKPOINT_WRITE`; whatever `jobs` throws
 */
export function writeJobTable(of: NewJobTable): Promise<JobTableEntry> {
  return TableOutput.write(of, async (out) => {
    const { crc32 } = of.platform;
    const { pace, parentHash } = of;
    const hash = of.hash ?? hashId;
    const blocks = new BlockIndexBuilder();
    const directory = new DirectoryBuilder();
    const children = parentHash && directory.indexChildren();
    const index = new HashIndexBuilder();
    const entries = new EntryWriter(out, crc32);
    let jobs = 0;
    let last = -1;
    await putHeader(out, 'jobs');
    for await (const batch of of.jobs) {
      for (const job of batch) {
        invariant(job.seq > last, `job ${job.seq} comes after job ${last}`);
        last = job.seq;
        const wait = jobs++ % jobsPerTurn === 0 ? pace.turn() : undefined;
        if (wait) await wait;
        const full = entries.room(job.bytes.length);
        if (full) await full;
        const { at, used } = out;
        blocks.add(job.seq, at);
        const { id, status, bytes } = job;
        const typeNumber = directory.add(job.type, status, job.seq);
        const parent = parentHash === undefined ? -1 : parentHash(bytes, hash);
        if (parent !== -1) children?.add(parent, job.seq);
        const large = entries.add(job.seq, putJobHead, { id, status, typeNumber, bytes });
        // The id's bytes stand in the buffer now, also of a large entry that is being written.
        index.add(hash(out.buffer, idPlace(used), recordAt(out.buffer, used)), at);
        if (large) await large;
      }
    }
    const longest = entries.longest;
    const to = out.at;
    const blockFacts = { from: headerBytes, to, longest, ...(await blocks.write(out)) };
    const directoryFacts = await directory.write(out, crc32, pace);
    const indexFacts = await index.write(out, crc32, pace);
    const bytes = out.at + jobFooterBytes;
    await putJobFooter(out, of.storeId, {
      lsn: of.lsn,
      lastSeq: of.lastSeq,
      jobs,
      blocks: blockFacts,
      directory: directoryFacts,
      index: indexFacts,
      bytes,
    });
    return { name: of.name, lsn: of.lsn, jobs, bytes, lastSeq: of.lastSeq };
  });
}
