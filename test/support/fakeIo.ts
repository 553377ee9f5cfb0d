import type { Io, OutStream } from '../../harness/cli/io.js';
import type { GitState } from '../../harness/history/treeState.js';
import type { SuiteOptions } from '../../harness/runner/executor.js';
import { checkStore, FlakehoundError, type JobStore, restoreStore } from '../../src/index.js';
import { type FakeClock, fakeClock } from './fakeClock.js';
import { type FakeExecutor, type FakeSuite, fakeExecutor } from './fakeExecutor.js';
import { type FakeProcesses, fakeProcesses } from './fakeProcesses.js';
import { emptyModelState, type ModelState } from './modelState.js';
import { modelStore } from './modelStore.js';
import { storeClock } from './storeClock.js';

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

/** What outlives a command: stores, processes, commits. */
export interface FakeMachine {
  /** By root. */
  readonly stores: Map<string, ModelState>;
  readonly processes: FakeProcesses;
  /** Hunts get ids that count on from here. */
  hunts: number;
}

export const fakeMachine = (): FakeMachine => ({
  stores: new Map(),
  processes: fakeProcesses(),
  hunts: 0,
});

export interface FakeWorld {
  /** A fresh one unless given, for commands that follow another. */
  readonly machine?: FakeMachine;
  readonly pid?: number;
  readonly git?: GitState | null;
  /** Commits by what names them. */
  readonly refs?: Readonly<Record<string, string>>;
  /** Stands between the command and its store. */
  readonly wrapStore?: (store: JobStore) => JobStore;
  readonly storeFails?: Error;
  readonly cwd?: string;
  readonly env?: Io['env'];
  readonly isTTY?: boolean;
  readonly suite?: FakeSuite;
}

/** A world in which nothing is real but the file system. */
export function fakeIo({
  cwd = '/',
  env = {},
  isTTY = false,
  suite = {},
  machine = fakeMachine(),
  pid = 1,
  git = null,
  refs = {},
  wrapStore = (store) => store,
  storeFails,
}: FakeWorld = {}): FakeIo {
  const controller = new AbortController();
  const kills = new Set<() => void>();
  const executor = fakeExecutor(suite);
  const suites: SuiteOptions[] = [];
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
    async openHistory(root, use) {
      if (storeFails !== undefined) throw storeFails;
      const there = machine.stores.get(root);
      if (there === undefined && use !== 'record') return null;
      const state = there ?? emptyModelState();
      machine.stores.set(root, state);
      return wrapStore(modelStore({ clock: storeClock(), state, dir: root }));
    },
    stores: {
      folderOf: async (dir) => dir,
      async open(folder) {
        const state = machine.stores.get(folder);
        if (state !== undefined) return modelStore({ clock: storeClock(), state, dir: folder });
        const hint = 'name another folder';
        throw new FlakehoundError('STORE_DIR', `${folder} holds no store`, { hint });
      },
      check: (folder) => checkStore(folder),
      restore: (from, folder, how) => restoreStore(from, folder, how),
    },
    git: { state: async () => git, commit: async (_, ref) => refs[ref] ?? null },
    processes: machine.processes.of(pid),
    freshHuntId() {
      machine.hunts += 1;
      return `hunt-${machine.hunts}`;
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
