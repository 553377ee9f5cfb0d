import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { HuntEvent } from '../../harness/events.js';
import type { HuntReport, TestReport } from '../../harness/stats/huntReport.js';
import { endProcesses, type MarkedProcess, markName, processesLeft } from './markedProcesses.js';
import { readTree, treeChanges } from './tree.js';

// A hunt takes seconds, on a busy machine minutes; one that hangs is killed below, after it had its
// own time to find out.
vi.setConfig({ testTimeout: 450_000, hookTimeout: 450_000 });

const repo = fileURLToPath(new URL('../../', import.meta.url));
const cli = join(repo, 'dist/harness/cli/main.js');

/** Folder whose `node_modules` has the Vitest to test against; the repo's own by default. */
const vitestHome = process.env.FLAKEHOUND_E2E_VITEST ?? repo;
/** Node that runs the command line and the suites. */
const node = process.env.FLAKEHOUND_E2E_NODE ?? process.execPath;
/** Pool that the suites' configs choose. */
export const pool = process.env.FLAKEHOUND_E2E_POOL ?? 'forks';
/** The hunt's way to carry files out, where not the usual one is to be tested. */
const via = process.env.FLAKEHOUND_E2E_VIA;
/** Tests run in threads of one process, which can't die alone. */
export const inThreads = pool.toLowerCase().includes('threads');

/** How a command line ended, and what it left. */
export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** The JSON report; null when none was written. */
  readonly report: HuntReport | null;
  /** What the suite's tests wrote into `E2E_STATE`: file name to content. */
  readonly state: ReadonlyMap<string, string>;
  /** What changed in the suite's tree outside `.flakehound/`. */
  readonly treeChanges: readonly string[];
  /** What lay in its folder for temporary files. */
  readonly leftInTmp: readonly string[];
  /** Processes that outlived it. */
  readonly leftRunning: readonly MarkedProcess[];
}

/** A command line on its way. */
export interface Started {
  readonly pid: number;
  /** Folder that the suite's tests write to. */
  readonly statePath: string;
  /** As a terminal's Ctrl-C: to the whole process group. */
  interrupt(): void;
  /** To the command line alone. */
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
}

export interface HowToStart {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A copy of one of `test/e2e/suites`, free to be hunted in. */
export interface Suite {
  readonly root: string;
  /** Beside the suite, for reports and the like. */
  readonly outside: string;
  /** `flakehound hunt` with a JSON report, in the suite's root. */
  hunt(args: readonly string[], how?: HowToStart): Promise<Finished>;
  startHunt(args: readonly string[], how?: HowToStart): Promise<Started>;
  /** Any `flakehound` command. */
  flakehound(args: readonly string[], how?: HowToStart): Promise<Finished>;
  /** The suite's own `vitest run`. */
  vitest(args: readonly string[], how?: HowToStart): Promise<Finished>;
  remove(): Promise<void>;
}

/** Copies a suite to a folder of its own and gives it the Vitest under test. */
export async function copySuite(name: string): Promise<Suite> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'fh-')));
  const root = join(base, name);
  await cp(join(repo, 'test/e2e/suites', name), root, { recursive: true });
  await linkPackages(root);
  let started = 0;

  const start = async (
    what: { script: string; args: readonly string[]; report?: string },
    how: HowToStart,
  ): Promise<Started> => {
    started += 1;
    const place = join(base, String(started));
    const paths = { state: join(place, 'state'), tmp: join(place, 'tmp') };
    for (const path of Object.values(paths)) await mkdir(path, { recursive: true });
    return launch({ ...what, how, root, place, ...paths });
  };
  const hunt = (args: readonly string[], how: HowToStart = {}): Promise<Started> => {
    const report = join(base, `report-${started + 1}.json`);
    const usual = ['--report', `json=${report}`, ...(via === undefined ? [] : ['--via', via])];
    return start({ script: cli, args: ['hunt', ...args, ...usual], report }, how);
  };
  return {
    root,
    outside: base,
    startHunt: hunt,
    hunt: async (args, how) => (await hunt(args, how)).finished,
    flakehound: async (args, how = {}) => (await start({ script: cli, args }, how)).finished,
    vitest: async (args, how = {}) => {
      const script = join(vitestHome, 'node_modules/vitest/vitest.mjs');
      return (await start({ script, args: ['run', ...args] }, how)).finished;
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/** Links rather than copies, except for packages of the suite's own, which must lie under it. */
async function linkPackages(root: string): Promise<void> {
  const modules = join(root, 'node_modules');
  await mkdir(modules);
  const from = join(vitestHome, 'node_modules');
  for (const name of ['vitest', 'vite', 'jsdom', 'happy-dom']) {
    const own = join(from, name);
    await symlink(existsSync(own) ? own : join(repo, 'node_modules', name), join(modules, name));
  }
  const vendor = join(root, 'vendor');
  if (existsSync(vendor)) await cp(vendor, modules, { recursive: true });
}

interface Launch {
  readonly script: string;
  readonly args: readonly string[];
  readonly report?: string;
  readonly how: HowToStart;
  readonly root: string;
  readonly place: string;
  readonly state: string;
  readonly tmp: string;
}

async function launch(l: Launch): Promise<Started> {
  const mark = randomUUID();
  const before = await readTree(l.root, ['.flakehound']);
  const paths = { stdout: join(l.place, 'stdout'), stderr: join(l.place, 'stderr') };
  // Files instead of pipes (which is all execa takes): a leaked process that holds a pipe would
  // keep us waiting. A group of its own, as a shell gives, so that Ctrl-C can be sent to all of it.
  const [out, err] = [openSync(paths.stdout, 'w'), openSync(paths.stderr, 'w')];
  const begun = performance.now();
  const child = spawn(node, [l.script, ...l.args], {
    cwd: l.how.cwd ?? l.root,
    env: { ...plainEnvironment(l, mark), ...l.how.env },
    stdio: ['ignore', out, err],
    detached: true,
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const tooLate = setTimeout(() => child.kill('SIGKILL'), 420_000);
  const finish = async (): Promise<Finished> => {
    const [exitCode, signal] = await ended;
    const durationMs = performance.now() - begun;
    clearTimeout(tooLate);
    closeSync(out);
    closeSync(err);
    const leftRunning = await processesLeft(mark);
    endProcesses(leftRunning);
    return {
      exitCode,
      signal,
      stdout: await readFile(paths.stdout, 'utf8'),
      stderr: await readFile(paths.stderr, 'utf8'),
      durationMs,
      report: await readReport(l.report),
      state: await readState(l.state),
      treeChanges: treeChanges(before, await readTree(l.root, ['.flakehound'])),
      leftInTmp: await readdir(l.tmp),
      leftRunning,
    };
  };
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${node} ${l.script} did not start`);
  return {
    pid,
    statePath: l.state,
    interrupt: () => process.kill(-pid, 'SIGINT'),
    kill: (signal) => process.kill(pid, signal),
    finished: finish(),
  };
}

/** What a person's shell would give; nothing of the Vitest that runs this very test. */
function plainEnvironment(l: Launch, mark: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    LANG: 'C.UTF-8',
    TMPDIR: l.tmp,
    E2E_POOL: pool,
    E2E_STATE: l.state,
    [markName]: mark,
  };
}

async function readReport(path: string | undefined): Promise<HuntReport | null> {
  if (path === undefined || !existsSync(path)) return null;
  // The shape is the product's promise; other tests hold it against the JSON Schema.
  return JSON.parse(await readFile(path, 'utf8')) as HuntReport;
}

async function readState(path: string): Promise<ReadonlyMap<string, string>> {
  const state = new Map<string, string>();
  for (const name of await readdir(path)) state.set(name, await readFile(join(path, name), 'utf8'));
  return state;
}

/** The report of a hunt that must have written one. */
export function reportOf(hunt: Finished): HuntReport {
  if (hunt.report !== null) return hunt.report;
  const how = hunt.exitCode ?? hunt.signal;
  throw new Error(`no report; the hunt ended with ${how}:\n${hunt.stdout}\n${hunt.stderr}`);
}

/** The one test of this name in this file. */
export function testOf(report: HuntReport, file: string, name: string, project = ''): TestReport {
  const found = report.tests.filter(
    (t) => t.file === file && t.name === name && t.project === project,
  );
  const [test] = found;
  if (test !== undefined && found.length === 1) return test;
  const there = report.tests.filter((t) => t.file === file).map((t) => t.name);
  throw new Error(`${found.length} tests named "${name}" in ${file}; there: ${there.join(', ')}`);
}

/** Events as `--json` prints them, one a line. */
export function eventsOf(hunt: Finished): HuntEvent[] {
  return hunt.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as HuntEvent);
}

/** Counts of a test as one short line, such as `passed 3, failed 1`. */
export function countsOf(test: TestReport): string {
  const kinds = ['passed', 'failed', 'timedOut', 'crashed', 'skipped'] as const;
  const some = kinds.filter((kind) => test[kind] > 0);
  return some.map((kind) => `${kind} ${test[kind]}`).join(', ');
}
