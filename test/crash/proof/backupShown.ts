import type { FileSystem } from '../../../harness/faults/fileSystem/createFileSystem.js';
import { readBackup } from '../../../src/engine/files/readBackup.js';
import {
  logNumber,
  putId,
  readLogEntry,
  readPut,
  recordSeq,
} from '../../../src/engine/readRecord.js';
import { at, RecordKind } from '../../../src/engine/recordLayout.js';
import type { Job, LogEntry } from '../../../src/jobs/job.js';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import { canonApart } from './canon.js';
import { promptFs } from './promptFs.js';

/** What a backup holds. */
export interface BackupShown {
  readonly lsn: number;
  /** Its jobs and logs; or why it is none. */
  readonly text: string;
  readonly failure: unknown;
}

/** Reads a backup to its end, where there is one. */
export async function readBackupOf(fs: FileSystem, path: string): Promise<BackupShown | undefined> {
  if (!fs.existsSync(path)) return undefined;
  const jobs: Job[] = [];
  const ids = new Map<number, string>();
  const logs: LogEntry[] = [];
  try {
    const { lsn } = await readBackup(
      { files: nodeFiles(promptFs(fs), 'linux'), crc32: nodeCrc32 },
      path,
      {
        pace: { turn: () => undefined },
        record(bytes) {
          const record = Buffer.from(bytes);
          const kind = record[at.kind];
          if (kind === RecordKind.put) {
            ids.set(recordSeq(record, 0), putId(record, 0));
            jobs.push(readPut(record, 0)!);
          } else if (kind === RecordKind.log) {
            const id = ids.get(recordSeq(record, 0));
            if (id === undefined) throw new Error(`entry ${logNumber(record, 0)} of no job`);
            logs.push(readLogEntry(record, 0, id)!);
          }
        },
      },
    );
    return { lsn, text: canonApart({ jobs, logs }), failure: undefined };
  } catch (failure) {
    return { lsn: 0, text: '', failure };
  }
}
