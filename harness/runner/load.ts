import { type ChildProcess, spawn } from 'node:child_process';
import { loadChildSource } from './loadChild.js';

/** CPU load for the stressed condition. Both calls may be repeated; `stop` leaves nothing behind. */
export interface Load {
  /** Resolves when the machine is busy. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface CpuLoad extends Load {
  /** Of the processes that are busy now. */
  readonly pids: readonly number[];
}

/** How long a child may take to notice that it should end, before it is killed. */
const patienceMs = 2_000;

/**
 * Keeps `cores` processors busy, by one child process each.
 *
 * The children share an IPC channel with us and end by themselves when it closes, so none
 * outlives this process, however it dies.
 */
export function createCpuLoad(cores: number): CpuLoad {
  let children: readonly ChildProcess[] = [];

  return {
    get pids() {
      return children.flatMap(({ pid }) => pid ?? []);
    },
    async start() {
      if (children.length > 0) return;
      children = Array.from({ length: cores }, startChild);
      await Promise.all(children.map(whenBusy));
    },
    async stop() {
      const ending = children;
      children = [];
      await Promise.all(ending.map(end));
    },
  };
}

function startChild(): ChildProcess {
  // The user's NODE_OPTIONS (inspectors, loaders, coverage) are meant for tests, not for us.
  // By the worker's number a host would take them for what a test left behind.
  const { VITEST_POOL_ID: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['--eval', loadChildSource], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
  // A child that can't start or be told is reported by `whenBusy` or has ended, as it should.
  child.on('error', () => undefined);
  return child;
}

/** Resolves at the child's first sign of life. @throws Error when it ends before that */
function whenBusy(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', reject);
    child.once('exit', (code, by) => reject(new Error(`load process ended early: ${code ?? by}`)));
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.disconnect();
  });
}
