import { openSync, writeSync } from 'node:fs';

/**
 * One line of the flight recorder. A worker writes it in the middle of a run, synchronously, so
 * that it survives whatever ends the worker: SIGKILL, out of memory, a native crash.
 */
export interface FlightRecord {
  /** VITEST_WORKER_ID of the writer: one per file and run, or per worker where isolation is off. */
  readonly w: string;
  readonly e: 'suite' | 'begin' | 'end';
  /** Vitest's task id. */
  readonly id: string;
  /** Full name, ' > ' between its parts; of suites and begun tests. */
  readonly name?: string;
  /** Absolute path of the test file. */
  readonly file?: string;
  readonly state?: 'pass' | 'fail' | 'skip';
  readonly durationMs?: number;
  readonly retryCount?: number;
  readonly repeatCount?: number;
  /** Of failed tests only. */
  readonly errors?: readonly { name?: string; message?: string; stack?: string }[];
}

interface Task {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly suite?: Task;
  readonly file?: Task & { readonly filepath?: string };
  readonly result?: {
    readonly state?: string;
    readonly duration?: number;
    readonly retryCount?: number;
    readonly repeatCount?: number;
    readonly errors?: readonly { name?: string; message?: string; stack?: string }[];
  };
}

type Hook = (this: unknown, task: Task, ...rest: unknown[]) => unknown;

/** Vitest's runner class as far as the recorder hooks into it; the same in 3.2, 4 and 5. */
export interface RunnerPrototype {
  onBeforeTryTask?: Hook;
  onAfterRunTask?: Hook;
  onBeforeRunSuite?: Hook;
}

const installed = Symbol.for('flakehound.flight');

/**
 * Lets the runner write a line before each test and after it. Once per class: a worker without
 * isolation asks for it again with each file.
 *
 * @param fd - open for appending
 */
export function installFlight(
  prototype: RunnerPrototype,
  fd: number,
  workerId: () => string,
): void {
  if (Object.hasOwn(prototype, installed)) return;
  Object.defineProperty(prototype, installed, { value: true });
  // Taken once: a test may replace node:fs, JSON or the clock.
  const write = writeSync;
  const { stringify } = JSON;
  const mark = (record: Omit<FlightRecord, 'w'>) => {
    try {
      write(fd, `${stringify({ w: workerId(), ...record })}\n`);
    } catch {
      // A closed descriptor costs us evidence, not the test its result.
    }
  };
  // A setup file comes too late for `onAfterRunTask`, which Vitest has looked up by then: so the
  // next mark, whatever it is, first writes down which begun tests have ended meanwhile.
  const begun = new Set<Task>();
  const end = (test: Task) => {
    begun.delete(test);
    mark({ e: 'end', id: test.id, ...endOf(test), ...fileOf(test) });
  };
  const sweep = () => {
    for (const test of begun) if (test.result?.duration !== undefined) end(test);
  };
  const before = (name: keyof RunnerPrototype, then: (task: Task) => void) => {
    const original = prototype[name];
    prototype[name] = function (this: unknown, task, ...rest) {
      then(task);
      return original?.call(this, task, ...rest);
    };
  };
  before('onBeforeRunSuite', (suite) => {
    sweep();
    mark({ e: 'suite', id: suite.id, ...placeOf(suite) });
  });
  before('onBeforeTryTask', (test) => {
    sweep();
    if (!begun.has(test)) mark({ e: 'begin', id: test.id, ...placeOf(test) });
    begun.add(test);
  });
  before('onAfterRunTask', (test) => {
    if (begun.has(test)) end(test);
  });
}

/** Opens the recorder's file for this process. */
export function openFlight(path: string): number {
  return openSync(path, 'a');
}

function placeOf(task: Task): { name: string; file?: string } {
  const names: string[] = [];
  for (let at: Task | undefined = task; at && at !== task.file; at = at.suite)
    names.unshift(at.name);
  return { name: names.join(' > '), ...fileOf(task) };
}

const fileOf = (task: Task): { file?: string } => {
  const path = task.file?.filepath;
  return path === undefined ? {} : { file: path };
};

function endOf(test: Task): Partial<FlightRecord> {
  const { result } = test;
  const state = result?.state;
  if (state !== 'pass' && state !== 'fail' && state !== 'skip') return {};
  return {
    state,
    ...(result?.duration === undefined ? {} : { durationMs: result.duration }),
    ...(result?.retryCount ? { retryCount: result.retryCount } : {}),
    ...(result?.repeatCount ? { repeatCount: result.repeatCount } : {}),
    ...(result?.errors ? { errors: result.errors.map(plain) } : {}),
  };
}

/** Errors may hold anything, cycles too: only their texts are written. */
const plain = (error: { name?: string; message?: string; stack?: string }) => ({
  name: String(error.name ?? 'Error'),
  message: String(error.message ?? '').slice(0, 2_000),
  stack: String(error.stack ?? '').slice(0, 4_000),
});

/** Reads what was written; a torn last line, cut by a crash, is left out. */
export function parseFlight(text: string): FlightRecord[] {
  const records: FlightRecord[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      records.push(JSON.parse(line) as FlightRecord);
    } catch {
      // The crash came in the middle of this line.
    }
  }
  return records;
}
