import type { FailureDetail } from '../../harness/events.js';
import { plainFailure } from '../../harness/runner/host/failures.js';
import type { TaskPack } from '../../harness/runner/host/fileTap.js';
import {
  exitWords,
  type FileResult,
  Session,
  type SessionSink,
} from '../../harness/runner/host/session.js';
import type { Project, WireMessage } from '../../harness/runner/host/vitestFace.js';
import { fakeProject } from './fakeVitest.js';
import { root, told } from './tasks.js';

/** Keeps what a session tells, and stands still in time until told otherwise. */
export class FakeSink implements SessionSink {
  readonly root = root;
  readonly startedFiles: string[] = [];
  readonly results: FileResult[] = [];
  readonly lostFiles: string[] = [];
  /** What the flight recorder would say, of any worker. */
  flight: { running: readonly string[]; recorded: readonly TaskPack[] } = {
    running: [],
    recorded: [],
  };
  clockMs = 0;

  now(): number {
    return this.clockMs;
  }

  started(workerId: number, project: string, file: string): void {
    this.startedFiles.push(`${workerId} ${project} ${file}`);
  }

  running(): readonly string[] {
    return this.flight.running;
  }

  recorded(): readonly TaskPack[] {
    return this.flight.recorded;
  }

  done(result: FileResult): void {
    this.results.push(result);
  }

  lost(_project: Project, filepath: string): void {
    this.lostFiles.push(filepath);
  }

  describeExit(code: number | null, signal: string | null): FailureDetail {
    return plainFailure('WorkerCrashed', exitWords(code, signal, ''));
  }

  /** Each file's end and facts as short lines. */
  get told(): Record<string, readonly string[]> {
    return Object.fromEntries(
      this.results.map(({ file, end, facts }) => [file, [end, ...told(facts)]]),
    );
  }
}

export function aSession(
  sink: SessionSink,
  over: { files?: readonly string[]; project?: Project } = {},
): Session {
  const { files = ['a.test.ts'], project = fakeProject() } = over;
  return new Session(sink, {
    project,
    files: files.map((file) => `${root}/${file}`),
    workerId: 3,
    forked: false,
  });
}

/** A call of a worker that awaits its answer. */
export const asks = (m: string, ...a: unknown[]): WireMessage => ({ t: 'q', m, a, i: 'id' });

/** A call that awaits none. */
export const tells = (m: string, ...a: unknown[]): WireMessage => ({ t: 'q', m, a });
