import { invariant } from '../../src/index.js';
import { nodeBackend } from './backends/nodeBackend.js';
import { type FaultTarget, targetBackend } from './faultTarget.js';
import { createFileSystem, type FileSystem } from './fileSystem/createFileSystem.js';
import * as effects from './plan/effects.js';
import { expectExhausted, expectGlobsMatched, expectUntouched } from './plan/expectations.js';
import { explainTrace } from './plan/explain.js';
import type { FaultClock } from './plan/faultClock.js';
import type { Effect, FaultPlan, FaultRule, OperationName } from './plan/faultPlan.js';
import { PlanRun } from './plan/planRun.js';
import type { TraceEntry } from './plan/trace.js';
import { prepareRoutes, type RouteOptions, route } from './routing/router.js';

/** Which of an operation's calls a fault falls on. */
export type FaultPlace = Pick<FaultRule, 'path' | 'nth' | 'times' | 'probability' | 'afterBytes'>;

/** What is to happen there; each adds the fault and returns the plan. */
export interface FaultChoice {
  /** The call fails with that errno, worded as Node words it, and has no effect. */
  fail(code: string): Faults;
  /** The call proceeds `ms` late on the test's clock; delays of several faults add up. */
  delay(ms: number): Faults;
  /** A short read or write of at most that many bytes. */
  shorten(bytes: number): Faults;
  /** That many bytes reach the file, then the write fails; `code` is EIO unless given. */
  tear(bytes: number, code?: string): Faults;
  /** The sync fails and its pages count as clean; `code` is EIO unless given. */
  loseSync(code?: string): Faults;
  /** The world stops before the call: it and all later ones throw CrashError, without effect. */
  crash(): Faults;
}

/** Where {@link Faults.install} sends the calls. */
export interface InstallOptions extends RouteOptions {
  /** What the file system with faults is built on; the real one when absent. */
  readonly over?: FaultTarget;
}

/** A test's fault plan, which grows by `on`, and all that happened under it. */
export interface Faults extends Disposable {
  /**
   * Begins a fault: on which operations, and at which of them.
   *
   * @throws FlakehoundError `FAULTS_*` from the effect that completes it, when it cannot happen
   */
  on(operation: FaultRule['on'], place?: FaultPlace): FaultChoice;
  /**
   * Room for so many more bytes on the whole disk, then a short write, then ENOSPC for good: what
   * is truncated or deleted gives no room back.
   */
  diskFull(bytes: number, place?: Pick<FaultPlace, 'path'>): Faults;
  /** Adds the faults of a plan made as data; its seed is not taken over. */
  add(plan: FaultPlan): Faults;
  /** The plan so far, as data. */
  readonly plan: FaultPlan;
  /**
   * A file system to hand to the code under test. All of one test's share the plan, its counts and
   * its trace.
   *
   * @throws FlakehoundError `FAULTS_TARGET` when nothing can be built on the target
   */
  over(target: FaultTarget): FileSystem;
  /**
   * From now on this test's own calls of `node:fs`, in whatever form and however imported, go to a
   * file system with these faults, until the test ends or the result is disposed.
   *
   * @throws FlakehoundError `FAULTS_FS_OWNED` when a mock stands in for `node:fs` already
   */
  install(options?: InstallOptions): Disposable;
  /** Every primitive in the order of its beginning. */
  readonly trace: readonly TraceEntry[];
  /** Whether a `crash` has stopped the world; no longer, once `store.crash()` has begun it anew. */
  readonly hasCrashed: boolean;
  /** The trace as a table. */
  explain(): string;
  /** @throws FlakehoundError `FAULTS_NOT_EXHAUSTED` unless each fault fired as often as it can */
  expectExhausted(): void;
  /** @throws FlakehoundError `FAULTS_TOUCHED` when any fault fired */
  expectUntouched(): void;
  /** @throws FlakehoundError `FAULTS_GLOB` when a fault's glob has matched no path seen so far */
  expectGlobsMatched(): void;
}

/** Kept apart from the plan's face: it would only be in the way of who uses it. */
const runs = new WeakMap<Faults, PlanRun>();

/** The plan as it is carried out, for those who put more than a file system under it. */
export function planRunOf(faults: Faults): PlanRun {
  const run = runs.get(faults);
  invariant(run !== undefined, 'these faults were made by createFaults');
  return run;
}

/** What a fault plan takes from the test that it belongs to. */
export interface FaultsOptions {
  /** For what faults with a probability draw. */
  readonly seed: number;
  /** For delays and the times of the trace. */
  readonly clock: FaultClock;
}

/** Makes an empty plan; disposing it ends what it installed. */
export function createFaults(options: FaultsOptions): Faults {
  const { seed, clock } = options;
  const run = new PlanRun({ seed, rules: [] }, { clock });
  const ends: Disposable[] = [prepareRoutes()];
  const add = (rule: FaultRule): Faults => {
    run.add(rule);
    return faults;
  };
  const faults: Faults = {
    on: (operation, place = {}) => choiceFor((effect) => add({ on: operation, ...place, effect })),
    diskFull: (bytes, place = {}) => add({ on: '*', ...place, effect: effects.diskFull(bytes) }),
    add(plan) {
      for (const rule of plan.rules) run.add(rule);
      return faults;
    },
    get plan() {
      return run.plan;
    },
    over: (target) => createFileSystem(targetBackend(target), run),
    install({ over, ...where } = {}) {
      const backend = over === undefined ? nodeBackend : targetBackend(over);
      const end = route(createFileSystem(backend, run), where);
      ends.push(end);
      return end;
    },
    trace: run.trace,
    get hasCrashed() {
      return run.hasCrashed;
    },
    explain: () => explainTrace(run.trace),
    expectExhausted: () => expectExhausted(run),
    expectUntouched: () => expectUntouched(run),
    expectGlobsMatched: () => expectGlobsMatched(run),
    [Symbol.dispose]: () => disposeAll(ends),
  };
  runs.set(faults, run);
  return faults;
}

function choiceFor(complete: (effect: Effect) => Faults): FaultChoice {
  return {
    fail: (code) => complete(effects.fail(code)),
    delay: (ms) => complete(effects.delay(ms)),
    shorten: (bytes) => complete(effects.shorten(bytes)),
    tear: (bytes, code) => complete(effects.tear(bytes, code)),
    loseSync: (code) => complete(effects.loseSync(code)),
    crash: () => complete(effects.crash()),
  };
}

/** Newest first, each though another fails; throws the first failure. */
function disposeAll(ends: Disposable[]): void {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      end[Symbol.dispose]();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

export type { FaultTarget, FileSystem, OperationName };
