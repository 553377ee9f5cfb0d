import type { FailureDetail, NoticeGiven, RunEvent } from '../../events.js';
import { loadAddon } from '../../forkserver/addon.js';
import type { RunPlan, Selection, SuiteOptions } from '../executor.js';
import type { FoundVitest } from '../findVitest.js';
import type { FromHost } from '../hostProtocol.js';
import { failureDetail, plainFailure } from './failures.js';
import { FlightLog } from './flightLog.js';
import { GlobalSetups } from './globalSetups.js';
import { huntPool } from './huntPool.js';
import { endLeftovers, findLeftovers } from './leftovers.js';
import { type OpenedSuite, openSuite, testFileOf } from './openSuite.js';
import { OrderControl } from './order.js';
import { createOrphanReaper, findZombies } from './orphans.js';
import { OwnChildren } from './ownChildren.js';
import { prepareScratch } from './scratch.js';
import { SuiteRun } from './suiteRun.js';
import { huntPool3 } from './v3/pool.js';
import { removeFreshCaches } from './viteCaches.js';
import type { Project, Specification } from './vitestFace.js';
import { WorkerChoice } from './workerChoice.js';

/** The process around a host. */
export interface Outside {
  send(message: FromHost): void;
  /** Ends the process once all that was sent has gone out. */
  quit(): void;
}

/** The opened suite, and one run after another over it. */
export class Host {
  readonly root: string;
  readonly #options: SuiteOptions;
  readonly #suite: OpenedSuite;
  readonly #send: Outside['send'];
  readonly #quit: Outside['quit'];
  readonly #order: OrderControl;
  readonly #setups: GlobalSetups;
  readonly #flight: FlightLog;
  readonly #choice: WorkerChoice;
  readonly #leftoverNotices = new Set<string>();
  readonly #fileOfWorker = new Map<number, string>();
  #run: SuiteRun | null = null;

  static async open(
    options: SuiteOptions,
    found: FoundVitest,
    scratchDir: string,
    outside: Outside,
  ): Promise<Host> {
    // Orphans of a suite's workers come to us, who end them with the run.
    adoptOrphans();
    const scratch = prepareScratch(scratchDir, found.distPath);
    let host: Host | null = null;
    const current = (): SuiteRun => {
      const run = host?.currentRun;
      if (!run) throw new Error('no run is under way');
      return run;
    };
    const takePool = (project: Project, nativePool: string) => {
      if (found.major === 3) return;
      const pool = huntPool(nativePool, found.major, current);
      project.config.poolRunner = pool;
      project.config.pool = pool.name;
    };
    const suite = await openSuite(options, found, scratch, takePool);
    if (found.major === 3) {
      suite.vitest.pool = huntPool3(suite.module, suite.vitest, suite.pools, current);
    }
    const choice = new WorkerChoice(options, found, scratch, suite);
    host = new Host(options, suite, outside, new FlightLog(scratch.flightPath), choice);
    return host;
  }

  private constructor(
    options: SuiteOptions,
    suite: OpenedSuite,
    { send, quit }: Outside,
    flight: FlightLog,
    choice: WorkerChoice,
  ) {
    this.root = options.root;
    this.#options = options;
    this.#suite = suite;
    this.#send = send;
    this.#quit = quit;
    this.#order = new OrderControl(suite.vitest);
    this.#setups = new GlobalSetups(suite.vitest);
    this.#flight = flight;
    this.#choice = choice;
  }

  get currentRun(): SuiteRun | null {
    return this.#run;
  }

  get selection(): Selection {
    const { vitest, specs, module, workers, notices } = this.#suite;
    return {
      vitest: module.version,
      node: process.version,
      files: specs.map((spec) => testFileOf(this.root, spec)),
      projects: vitest.projects.map((p) => p.name).filter((name) => name !== ''),
      workers,
      executor: this.#choice.kind,
      notices: [...notices, ...this.#choice.takeNotices()],
    };
  }

  async run(plan: RunPlan): Promise<void> {
    const startedAt = performance.now();
    const at = { run: plan.run, condition: plan.condition };
    const run = this.#begin(plan);
    try {
      const specs = this.#wanted(plan);
      try {
        await this.#choice.carryOut(run, specs);
      } finally {
        // Also of a set-up that threw: the next run must set up from the start.
        await this.#endSetups();
      }
      await this.#clearLeftovers();
    } catch (error) {
      this.raise(failureDetail(error, this.root));
    } finally {
      this.#run = null;
    }
    this.#flight.demandFolder();
    const status = run.cancelled ? 'interrupted' : 'completed';
    const durationMs = performance.now() - startedAt;
    this.#emit([{ type: 'runFinished', ...at, status, durationMs }]);
  }

  #begin(plan: RunPlan): SuiteRun {
    const { vitest } = this.#suite;
    this.#order.apply(plan);
    this.#flight.clear();
    this.#choice.forgetStderr();
    this.#fileOfWorker.clear();
    // Vitest keeps a duration for every transform it serves: over a thousand runs that adds up.
    vitest.state.metadata = {};
    const run = new SuiteRun(plan, {
      root: this.root,
      stallMs: this.#options.stallMs,
      teardownMs: vitest.config.teardownTimeout + 1_000,
      emit: (events) => this.#emit(events),
      fileStarted: (workerId, project, file) => {
        this.#fileOfWorker.set(workerId, file);
        this.#send({ type: 'fileStarted', workerId, project, file });
      },
      makeWorker: (options, pool) => this.#choice.makeWorker(options, pool),
      recordAnswer: (project, call, result) => this.#choice.record(project, call, result),
      flight: this.#flight,
      stderrTail: () => this.#choice.stderrTail(),
      execute: async (specs) =>
        (await vitest.runTestSpecifications([...specs], true)).unhandledErrors,
      stuck: (silentMs) => this.#giveUp(silentMs),
    });
    this.#run = run;
    return run;
  }

  #wanted(plan: RunPlan): readonly Specification[] {
    if (plan.only === null) return this.#suite.specs;
    const wanted = new Set(plan.only.map((f) => `${f.project}\0${f.file}`));
    return this.#suite.specs.filter((spec) => {
      const { project, file } = testFileOf(this.root, spec);
      return wanted.has(`${project}\0${file}`);
    });
  }

  async #endSetups(): Promise<void> {
    if (this.#options.globalSetup === 'once' || !this.#setups.some) return;
    for (const error of await this.#setups.endRun()) this.raise(failureDetail(error, this.root));
  }

  /** What a run's tests left running would meet the next run: say so, and end it. */
  async #clearLeftovers(): Promise<void> {
    const leftovers = findLeftovers(process.pid, await this.#choice.pids());
    endLeftovers(leftovers);
    for (const { command, workerId } of leftovers) {
      const file = workerId === null ? undefined : this.#fileOfWorker.get(workerId);
      const message = `${file ?? 'a test'} left a process running: ${command.slice(0, 200)}`;
      if (this.#leftoverNotices.has(message)) continue;
      this.#leftoverNotices.add(message);
      this.notify({ type: 'noticeGiven', code: 'LEFTOVER_PROCESS', message });
    }
  }

  notify(notice: NoticeGiven): void {
    this.#emit([notice]);
  }

  /** An error which belongs to no file. */
  raise(failure: FailureDetail): void {
    const plan = this.#run?.plan;
    if (!plan) return;
    this.#emit([{ type: 'errorRaised', run: plan.run, condition: plan.condition, failure }]);
  }

  #emit(events: readonly RunEvent[]): void {
    const notices = this.#choice.takeNotices();
    if (events.length + notices.length === 0) return;
    this.#send({ type: 'events', events: [...notices, ...events] });
  }

  /** Nothing more comes of this Vitest: the hunt starts another for the files that are left. */
  #giveUp(silentMs: number): void {
    const message = `Vitest had no file under way and did nothing for ${silentMs} ms: it was started anew`;
    if (!this.#run?.cancelled) this.raise(plainFailure('VitestStuck', message));
    this.#quit();
  }

  abort(): void {
    this.#run?.cancel();
    void this.#suite.vitest.cancelCurrentRun('keyboard-input').catch(() => undefined);
  }

  async close(): Promise<void> {
    this.abort();
    await this.#choice.close();
    await this.#suite.vitest.close();
    removeFreshCaches(this.#suite.vitest, performance.timeOrigin);
  }
}

function adoptOrphans(): void {
  const { addon } = loadAddon();
  if (!addon?.becomeSubreaper()) return;
  const own = new OwnChildren();
  const look = createOrphanReaper({
    zombies: findZombies,
    isNodes: (pid) => own.has(pid),
    reap: (pid) => addon.reap(pid),
    later: (call) => void setTimeout(call, 20).unref(),
  });
  process.on('SIGCHLD', look);
}
