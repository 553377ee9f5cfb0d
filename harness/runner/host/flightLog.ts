import { closeSync, existsSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FlakehoundError } from '../../../src/index.js';
import { parseFlight } from '../../forkserver/flight.js';
import type { TaskPack } from './fileTap.js';

/**
 * What workers wrote down before each test and after it, for when a worker dies and its last
 * reports with it.
 */
export class FlightLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Task ids this worker had begun and not ended, latest last; suites after tests. */
  running(workerId: number): readonly string[] {
    const begun = new Map<string, boolean>();
    for (const record of this.#of(workerId)) {
      if (record.e === 'begin' || record.e === 'suite') begun.set(record.id, record.e === 'begin');
      if (record.e === 'end') begun.delete(record.id);
    }
    const tests = [...begun].filter(([, isTest]) => isTest).map(([id]) => id);
    return tests.length > 0 ? tests : [...begun.keys()].reverse();
  }

  /** Ended tests as result packs, which the worker may not have sent any more. */
  recorded(workerId: number): readonly TaskPack[] {
    return this.#of(workerId).flatMap((record): TaskPack[] => {
      if (record.e !== 'end' || record.state === undefined) return [];
      const { state, durationMs, errors, retryCount, repeatCount } = record;
      const result = {
        state,
        ...(durationMs === undefined ? {} : { duration: durationMs }),
        ...(errors === undefined ? {} : { errors }),
        ...(retryCount === undefined ? {} : { retryCount }),
        ...(repeatCount === undefined ? {} : { repeatCount }),
      };
      return [[record.id, result]];
    });
  }

  /** A new run: the old records are of no more use. Writers append, so they go on at the start. */
  clear(): void {
    this.demandFolder();
    const fd = openSync(this.#path, 'r+');
    ftruncateSync(fd, 0);
    closeSync(fd);
  }

  /**
   * Suites and people empty temporary folders. Without ours every file would seem broken.
   *
   * @throws FlakehoundError `ENV_HOST_LOST`
   */
  demandFolder(): void {
    if (existsSync(this.#path)) return;
    throw new FlakehoundError(
      'ENV_HOST_LOST',
      `the hunt's own temporary folder was removed while it ran: ${dirname(this.#path)}`,
      {
        hint: 'failures of its last run may come from that; let nothing remove flakehound-* there, or set TMPDIR to a folder that nothing else cleans',
      },
    );
  }

  #of(workerId: number) {
    return parseFlight(readFileSync(this.#path, 'utf8')).filter((r) => r.w === String(workerId));
  }
}
