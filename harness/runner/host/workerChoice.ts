import type { ExecutorKind, NoticeGiven } from '../../events.js';
import { forkServerSupport } from '../../forkserver/forkServer.js';
import type { SuiteOptions } from '../executor.js';
import type { FoundVitest } from '../findVitest.js';
import { AnswerBook } from './answerBook.js';
import { Comparison } from './divergence.js';
import type { OpenedSuite } from './openSuite.js';
import { OrdinaryWorker } from './ordinaryWorker.js';
import type { RawWorker } from './rawWorker.js';
import type { Scratch } from './scratch.js';
import type { FileResult } from './session.js';
import { keyOf, type SuiteRun } from './suiteRun.js';
import { Templates } from './templates.js';
import { TemplateWorker } from './templateWorker.js';
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
/**
 * How a file is run before two ways that never agree are called different: in no regular turn, so
 * that a test which fails every second time is not taken for one that fails in a fork.
 */
const probes = ['plain', 'forked', 'forked', 'plain', 'plain', 'forked'] as const;

/**
 * Decides who carries out the files. A file's first run is Vitest's own, in ordinary workers: it is
 * the truth, and tells what a template must know. Then files are forked from templates; one whose
 * tests end differently there goes back to ordinary workers for good.
 */
export class WorkerChoice {
  readonly kind: ExecutorKind;
  readonly #suite: OpenedSuite;
  readonly #module: VitestModule;
  readonly #scratch: Scratch;
  readonly #templates: Templates;
  readonly #book = new AnswerBook();
  readonly #notices: NoticeGiven[] = [];
  readonly #noticed = new Set<string>();
  /** Files that had their first run, and what it showed until the first forked one has agreed. */
  readonly #plain = new Map<string, Comparison | null>();
  readonly #unforkable = new Set<string>();
  #forking = false;
  #stderr = '';

  constructor(options: SuiteOptions, found: FoundVitest, scratch: Scratch, suite: OpenedSuite) {
    this.#suite = suite;
    this.#module = suite.module;
    this.#scratch = scratch;
    this.kind = this.#canFork(options) ? 'forkServer' : 'vitest';
    this.#templates = new Templates({
      found,
      scratch,
      book: this.#book,
      onStderr: (chunk) => this.#keepStderr(chunk),
      onRejected: (path, why) =>
        this.#notice(
          'PACKAGE_LOADED_PER_FILE',
          `${shortPath(path)} is loaded afresh by each file: ${why}`,
        ),
    });
  }

  #canFork(options: SuiteOptions): boolean {
    if (options.via !== 'auto') return false;
    const forks = [...this.#suite.pools].filter(([project, pool]) => forkable(project, pool));
    if (forks.length === 0) return false;
    const support = forkServerSupport();
    if (!support.supported)
      this.#notice('NO_FORK_SERVER', `runs take the portable path: ${support.why}`);
    return support.supported;
  }

  /** Carries out one run's files: those that had their first run forked, the others as Vitest does. */
  async carryOut(run: SuiteRun, specs: readonly Specification[]): Promise<void> {
    const forked = specs.filter((spec) => this.#mayFork(spec));
    const plain = specs.filter((spec) => !forked.includes(spec));
    this.#forking = false;
    if (plain.length > 0) {
      const results = await run.carryOut(plain);
      if (this.kind === 'forkServer') for (const [key, r] of results) this.#firstRun(key, r);
    }
    if (forked.length === 0 || run.cancelled) return;
    run.holdBack((result) => this.#contradicts(result));
    this.#forking = true;
    await run.carryOut(forked);
    const held = run.takeHeld();
    for (const result of held) await this.#settle(run, result, forked);
    this.#forking = false;
  }

  #mayFork(spec: Specification): boolean {
    const key = keyOf(spec.project, spec.moduleId);
    if (this.kind !== 'forkServer' || this.#unforkable.has(key)) return false;
    return this.#plain.has(key) && forkable(spec.project, this.#suite.pools.get(spec.project));
  }

  #firstRun(key: string, result: FileResult): void {
    if (this.#plain.has(key) || result.end === 'cancelled') return;
    const comparison = new Comparison();
    comparison.add('plain', result.facts);
    this.#plain.set(key, comparison);
  }

  /** A file's first forked results are compared; once they agree, later ones are taken as they are. */
  #contradicts(result: FileResult): boolean {
    const key = keyOf(result.project, result.filepath);
    const comparison = this.#plain.get(key);
    if (!comparison || !result.forked || result.end === 'cancelled') return false;
    comparison.add('forked', result.facts);
    if (comparison.contradiction() !== null) return true;
    this.#plain.set(key, null);
    return false;
  }

  /**
   * The file ended differently when it was forked. Flaky tests do that too: run it both ways until
   * the two have agreed once, or never did.
   */
  async #settle(run: SuiteRun, held: FileResult, specs: readonly Specification[]): Promise<void> {
    const key = keyOf(held.project, held.filepath);
    const spec = specs.find((s) => keyOf(s.project, s.moduleId) === key);
    const comparison = this.#plain.get(key);
    if (!spec || !comparison) return run.report(held);
    let ordinary: FileResult | undefined;
    for (const way of probes) {
      if (comparison.contradiction() === null) break;
      if (run.cancelled) return run.report(held);
      const result = await this.#probe(run, spec, way === 'forked');
      comparison.add(way, result?.facts ?? []);
      if (way === 'plain') ordinary = result;
    }
    const contradiction = comparison.contradiction();
    this.#plain.set(key, null);
    if (contradiction === null) return run.report(held);
    this.#unforkable.add(key);
    this.#notice('FILE_NOT_FORKED', `${held.file} is run in ordinary workers: ${contradiction}`);
    run.report(ordinary ?? held);
  }

  /** A further pass of one file, for comparison only: it is not an attempt of the hunt. */
  async #probe(
    run: SuiteRun,
    spec: Specification,
    forking: boolean,
  ): Promise<FileResult | undefined> {
    this.#forking = forking;
    run.holdBack(() => true);
    const results = await run.carryOut([spec]);
    run.takeHeld();
    return results.get(keyOf(spec.project, spec.moduleId));
  }

  makeWorker(options: PoolWorkerOptions, nativePool: string): RawWorker {
    const ordinary = () => this.#ordinary(options, nativePool);
    if (!this.#forking) return ordinary();
    return new TemplateWorker({
      pool: options,
      flightSetup: this.#scratch.flightSetup,
      template: (start) => this.#templates.get(options, start),
      ordinary: (why) => {
        const words = why instanceof Error ? why.message : String(why);
        const of = options.project.name ? `project "${options.project.name}" takes` : 'runs take';
        this.#notice('NO_FORK_SERVER', `${of} the portable path: ${words}`);
        return ordinary();
      },
    });
  }

  #ordinary(options: PoolWorkerOptions, nativePool: string): RawWorker {
    if (this.#module.ForksPoolWorker === undefined) {
      const { distPath, env, execArgv, poolId = 1 } = options;
      const onStderr = (chunk: string) => this.#keepStderr(chunk);
      return ordinaryWorker3({ distPath, pool: nativePool, env, execArgv, poolId, onStderr });
    }
    return new OrdinaryWorker(new (ordinaryClass(this.#module, nativePool))(options));
  }

  record(project: Project, call: WireMessage, result: unknown): void {
    if (this.kind === 'forkServer' && !this.#forking) this.#book.record(project, call, result);
  }

  #notice(code: string, message: string): void {
    if (this.#noticed.has(message)) return;
    this.#noticed.add(message);
    this.#notices.push({ type: 'noticeGiven', code, message });
  }

  takeNotices(): NoticeGiven[] {
    return this.#notices.splice(0);
  }

  #keepStderr(chunk: string): void {
    this.#stderr = (this.#stderr + chunk).slice(-stderrLimit);
  }

  /** A new run: what an old one printed explains nothing in it. */
  forgetStderr(): void {
    this.#stderr = '';
  }

  stderrTail(): string {
    return this.#stderr;
  }

  async pids(): Promise<ReadonlySet<number>> {
    return new Set(await this.#templates.pids());
  }

  async close(): Promise<void> {
    await this.#templates.close();
  }
}

/** Only what runs in processes of its own, by Vite's module runner, can be forked from a template. */
function forkable(project: Project, pool: string | undefined): boolean {
  return pool === 'forks' && project.config.experimental?.viteModuleRunner !== false;
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

const shortPath = (path: string): string => path.replace(/^.*node_modules\//, '');
