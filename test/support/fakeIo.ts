import type { Io, OutStream } from '../../harness/cli/io.js';
import type { SuiteOptions } from '../../harness/runner/executor.js';
import { type FakeClock, fakeClock } from './fakeClock.js';
import { type FakeExecutor, type FakeSuite, fakeExecutor } from './fakeExecutor.js';

export interface FakeStream extends OutStream {
  /** All that was written. */
  readonly text: string;
  /** What the live region showed, and null where it was cleared. */
  readonly frames: readonly (string | null)[];
}

export interface FakeIo extends Io {
  readonly out: FakeStream;
  readonly err: FakeStream;
  readonly clock: FakeClock;
  readonly executor: FakeExecutor;
  /** What executors were asked for. */
  readonly suites: readonly SuiteOptions[];
  /** The first Ctrl-C. */
  abort(): void;
  /** The second one. */
  kill(): void;
}

export interface FakeWorld {
  readonly cwd?: string;
  readonly env?: Io['env'];
  readonly isTTY?: boolean;
  readonly suite?: FakeSuite;
}

/** A world in which nothing is real but the file system. */
export function fakeIo({ cwd = '/', env = {}, isTTY = false, suite = {} }: FakeWorld = {}): FakeIo {
  const controller = new AbortController();
  const kills = new Set<() => void>();
  const executor = fakeExecutor(suite);
  const suites: SuiteOptions[] = [];
  let hunts = 0;
  return {
    out: fakeStream(isTTY),
    err: fakeStream(isTTY),
    cwd,
    env,
    node: 'v20.20.0',
    clock: fakeClock(),
    signal: controller.signal,
    executor,
    suites,
    onKill(kill) {
      kills.add(kill);
      return () => kills.delete(kill);
    },
    createExecutor(options) {
      suites.push(options);
      return executor;
    },
    createLoad: () => ({ start: async () => undefined, stop: async () => undefined }),
    freshHuntId() {
      hunts += 1;
      return `hunt-${hunts}`;
    },
    freshSeed: () => 4711,
    abort: () => controller.abort(),
    kill() {
      for (const kill of kills) kill();
    },
  };
}

function fakeStream(isTTY: boolean): FakeStream {
  let text = '';
  const frames: (string | null)[] = [];
  return {
    isTTY,
    columns: 80,
    colour: false,
    frames,
    get text() {
      return text;
    },
    async write(more) {
      text += more;
    },
    redraw: (frame) => void frames.push(frame),
    clear: () => void frames.push(null),
  };
}
