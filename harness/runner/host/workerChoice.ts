import type { ExecutorKind, NoticeGiven } from '../../events.js';
import type { SuiteOptions } from '../executor.js';
import type { FoundVitest } from '../findVitest.js';
import type { OpenedSuite } from './openSuite.js';
import { OrdinaryWorker } from './ordinaryWorker.js';
import type { RawWorker } from './rawWorker.js';
import type { Scratch } from './scratch.js';
import type { SuiteRun } from './suiteRun.js';
import { ordinaryWorker3 } from './v3/ordinaryWorker.js';
import type {
  PoolWorkerClass,
  PoolWorkerOptions,
  Project,
  Specification,
  VitestModule,
  WireMessage,
} from './vitestFace.js';

const stderrLimit = 8_192;

/** Decides, run by run, who carries out the files: ordinary workers or forks of a template. */
export class WorkerChoice {
  readonly kind: ExecutorKind = 'vitest';
  readonly notices: readonly NoticeGiven[] = [];
  readonly #module: VitestModule;
  #stderr = '';

  constructor(_options: SuiteOptions, _found: FoundVitest, _scratch: Scratch, suite: OpenedSuite) {
    this.#module = suite.module;
  }

  async carryOut(run: SuiteRun, specs: readonly Specification[]): Promise<void> {
    await run.carryOut(specs);
  }

  makeWorker(options: PoolWorkerOptions, nativePool: string): RawWorker {
    if (this.#module.ForksPoolWorker === undefined) {
      const { distPath, env, execArgv } = options;
      const onStderr = (chunk: string) => this.#keepStderr(chunk);
      return ordinaryWorker3({ distPath, pool: nativePool, env, execArgv, onStderr });
    }
    return new OrdinaryWorker(new (ordinaryClass(this.#module, nativePool))(options));
  }

  record(_project: Project, _call: WireMessage, _result: unknown): void {}

  takeNotices(): NoticeGiven[] {
    return [];
  }

  #keepStderr(chunk: string): void {
    this.#stderr = (this.#stderr + chunk).slice(-stderrLimit);
  }

  stderrTail(): string {
    return this.#stderr;
  }

  pids(): ReadonlySet<number> {
    return new Set();
  }

  async close(): Promise<void> {}
}

function ordinaryClass(module: VitestModule, pool: string): PoolWorkerClass {
  const classes: Record<string, PoolWorkerClass | undefined> = {
    forks: module.ForksPoolWorker,
    threads: module.ThreadsPoolWorker,
    vmForks: module.VmForksPoolWorker,
    vmThreads: module.VmThreadsPoolWorker,
  };
  const found = classes[pool];
  if (!found) throw new Error(`Vitest ${module.version} has no pool named ${pool}`);
  return found;
}
