import { type Replay, replayLog } from '../../engine/log/replayLog.js';
import { recordEnd } from '../../engine/readRecord.js';
import type { LogPosition } from '../../engine/seam.js';
import { FlakehoundError } from '../../errors.js';
import type { CheckPlace } from './checkTables.js';
import type { StoreFinding } from './findings.js';

/** What a look at the log came to. */
export interface CheckedLog {
  readonly findings: readonly StoreFinding[];
  /** Of the last record that is whole; undefined where the log can't be read to its end. */
  readonly lsn: number | undefined;
}

/**
 * Reads all segments as an open does, from each checkpoint on: the older one is of use only while
 * the log leads from it.
 *
 * @param isHeld - whether an owner may be writing to them
 */
export async function checkLog(place: CheckPlace, isHeld: boolean): Promise<CheckedLog> {
  const starts: LogPosition[] = place.manifest.checkpoints.map(({ position }) => position);
  if (starts.length === 0) starts.push({ lsn: 0, chain: 0 });
  const findings: StoreFinding[] = [];
  let lsn: number | undefined;
  for (const [age, from] of starts.entries()) {
    const { replay, fault } = await replayed(place, from);
    // Damage that the newest start meets is met by the older one too.
    const isNew = findings.length === 0;
    if (fault !== undefined && isNew) findings.push({ ...fault, hint: hintOf(place, age) });
    if (replay?.kind !== 'ok') continue;
    if (age === 0) lsn = replay.position.lsn;
    if (replay.torn !== undefined && isNew) findings.push(tornTail(place, replay.torn, isHeld));
  }
  return { findings, lsn };
}

type Fault = Omit<StoreFinding, 'hint'>;

async function replayed(
  { platform, dir, manifest }: CheckPlace,
  from: LogPosition,
): Promise<{ readonly replay?: Replay; readonly fault?: Fault }> {
  let bad: number | undefined;
  try {
    const replay = await replayLog({
      platform,
      dir,
      storeId: manifest.storeId,
      log: manifest.log,
      from,
      onGroup(bytes, start, end, firstLsn) {
        for (let at = start; at < end; ) {
          const next = recordEnd(bytes, at, end);
          if (next === -1) {
            bad ??= firstLsn;
            return;
          }
          at = next;
        }
      },
    });
    if (replay.kind === 'corrupt') {
      const { name, at, why, lost } = replay;
      const range = lost.upTo === undefined ? `${lost.from} on` : `${lost.from} to ${lost.upTo}`;
      return {
        replay,
        fault: {
          severity: 'error',
          file: platform.files.join(dir, name),
          offset: at,
          what: `it is damaged: ${why}; the records from LSN ${range} can’t be read`,
        },
      };
    }
    if (bad === undefined) return { replay };
    const what = `the group of LSN ${bad} holds what is no record`;
    return { replay, fault: { severity: 'error', file: dir, what } };
  } catch (error) {
    if (!(error instanceof FlakehoundError)) throw error;
    return { fault: { severity: 'error', file: dir, what: error.message } };
  }
}

function tornTail(
  { platform, dir }: CheckPlace,
  { name, at, bytes }: { readonly name: string; readonly at: number; readonly bytes: number },
  isHeld: boolean,
): StoreFinding {
  return {
    severity: 'info',
    file: platform.files.join(dir, name),
    offset: at,
    what: isHeld
      ? `${bytes} bytes at its end are being written`
      : `${bytes} bytes at its end were begun and never finished, so nobody was told that they are safe`,
    hint: isHeld
      ? 'nothing: it is what a log in use looks like'
      : 'nothing: the next open cuts them off, and keeps a copy in kept',
  };
}

function hintOf({ dir }: CheckPlace, age: number): string {
  return age === 0
    ? `keep a copy of ${dir}, then type: flakehound store restore ${dir} BACKUP --replace`
    : 'only the older checkpoint needs it: make a backup at once, then a checkpoint';
}
