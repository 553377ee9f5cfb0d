import { invariant } from '../../errors.js';
import type { Lsn } from '../../units.js';
import type { LogTableEntry, Pace } from '../seam.js';
import { BlockIndexBuilder } from './blockIndex.js';
import { EntryWriter } from './entry.js';
import { headerBytes, putHeader } from './footer.js';
import { logFooterBytes, putLogFooter } from './logFooter.js';
import { LogIndexBuilder } from './logIndex.js';
import type { TablePlatform } from './tableFile.js';
import type { Batches } from './tableJob.js';
import { putLogHead, type TableLog } from './tableLog.js';
import { TableOutput } from './tableOutput.js';

/** What a log table is made of. */
export interface NewLogTable {
  readonly platform: TablePlatform;
  readonly dir: string;
  readonly name: string;
  readonly storeId: string;
  /** In ascending order of their LSNs. */
  readonly entries: Batches<TableLog>;
  readonly pace: Pace;
}

/** Between two looks at the clock. */
const entriesPerTurn = 32;

/**
 * Writes a log table and makes it durable under its name; `undefined`, and no file, when there are
 * no entries.
 *
 * @throws FlakehoundError `CHECKPOINT_WRITE`; whatever `entries` throws
 */
export function writeLogTable(of: NewLogTable): Promise<LogTableEntry | undefined> {
  return TableOutput.write(of, async (out) => {
    const { crc32 } = of.platform;
    const blocks = new BlockIndexBuilder();
    const index = new LogIndexBuilder();
    const writer = new EntryWriter(out, crc32);
    let entries = 0;
    let firstLsn: Lsn = 0;
    let lastLsn: Lsn = -1;
    await putHeader(out, 'logs');
    for await (const batch of of.entries) {
      for (const log of batch) {
        invariant(log.lsn > lastLsn, `log entry ${log.lsn} comes after ${lastLsn}`);
        if (entries === 0) firstLsn = log.lsn;
        lastLsn = log.lsn;
        const wait = entries++ % entriesPerTurn === 0 ? of.pace.turn() : undefined;
        if (wait) await wait;
        const full = writer.room(log.bytes.length);
        if (full) await full;
        blocks.add(log.lsn, out.at);
        index.add(log.jobSeq, log.number, out.at);
        const large = writer.add(log.lsn, putLogHead, log);
        if (large) await large;
      }
    }
    if (entries === 0) return undefined;
    const { longest } = writer;
    const to = out.at;
    const blockFacts = { from: headerBytes, to, longest, ...(await blocks.write(out)) };
    const indexFacts = await index.write(out, crc32, of.pace);
    const bytes = out.at + logFooterBytes;
    await putLogFooter(out, of.storeId, {
      firstLsn,
      lastLsn,
      entries,
      blocks: blockFacts,
      index: indexFacts,
      bytes,
    });
    return { name: of.name, firstLsn, lastLsn, entries, bytes };
  });
}
