import { FlakehoundError, invariant } from '../../src/index.js';
import type {
  FailureDetail,
  HuntEvent,
  HuntFinished,
  HuntStarted,
  RunEvent,
  StopReason,
} from '../events.js';
import type { Clock } from './clock.js';
import type { Executor, RunPlan, Selection } from './executor.js';
import type { Load } from './load.js';
import { createProving } from './proving.js';
import { abortAtMs, nextStep, type ScheduleOptions } from './schedule.js';

/** A hunt, complete: no default lives below the command line. */
export interface HuntOptions extends ScheduleOptions {
  /** Sortable by time and unique. */
  readonly id: string;
  /** Absolute. */
  readonly root: string;
  /** As typed, for the report. */
  readonly command: readonly string[];
  /** 0..1, such as 0.95. */
  readonly confidence: number;
  readonly shard: { readonly index: number; readonly count: number } | null;
}

/** The world of a hunt. */
export interface HuntPorts {
  readonly executor: Executor;
  readonly clock: Clock;
  readonly load: Load;
  /** Aborting ends the run in flight and then the hunt, as `interrupted`. */
  readonly signal: AbortSignal;
}

/**
 * Carries out a hunt and tells everything that happens, as it happens; keeps nothing of it.
 *
 * Opens the executor and closes it, however the hunt ends, also when the reader stops early.
 * After `huntStarted` there is always a `huntFinished`, also before an error is thrown. A hunt
 * that is aborted before the suite is open yields nothing.
 *
 * @throws FlakehoundError what `Executor.open` throws; `ENV_HOST_LOST` when the host of the suite
 * keeps dying before any test
 */
export async function* hunt(options: HuntOptions, ports: HuntPorts): AsyncGenerator<HuntEvent> {
  const { executor, clock, load, signal } = ports;
  try {
    const selection = await openUnlessAborted(executor, signal);
    if (selection === null) return;
    const startedAtMs = clock.now();
    yield huntStarted(options, selection, clock);
    yield* selection.notices;
    const finished = (stopped: StopReason): HuntFinished => ({
      type: 'huntFinished',
      durationMs: clock.now() - startedAtMs,
      stopped,
    });
    let stopped: StopReason;
    try {
      stopped = yield* carryOutRuns(options, ports, selection, startedAtMs);
    } catch (error) {
      yield finished('interrupted');
      throw error;
    }
    yield finished(stopped);
  } finally {
    try {
      await load.stop();
    } finally {
      await executor.close();
    }
  }
}

/** @returns null when the signal came first; `close` then takes back what `open` had begun */
async function openUnlessAborted(
  executor: Executor,
  signal: AbortSignal,
): Promise<Selection | null> {
  if (signal.aborted) return null;
  const opening = executor.open();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<null>((resolve) => {
    onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  // Of an opening that nobody waits for any more, a failure tells nothing.
  opening.catch(() => undefined);
  try {
    return await Promise.race([opening, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function* carryOutRuns(
  options: HuntOptions,
  ports: HuntPorts,
  selection: Selection,
  startedAtMs: number,
): AsyncGenerator<HuntEvent, StopReason> {
  const { clock, signal } = ports;
  const { asked } = options;
  const proving =
    asked.prove === null
      ? null
      : createProving(selection.files, { rate: asked.prove, confidence: options.confidence });
  const health = watchHost();
  let failureSeen = false;

  for (let runsStarted = 0; ; runsStarted++) {
    const step = nextStep(options, {
      runsStarted,
      elapsedMs: clock.now() - startedAtMs,
      interrupted: signal.aborted,
      failureSeen,
      unsettled: proving?.left() ?? null,
    });
    if (step.kind === 'stop') return step.reason;
    const { plan } = step;
    const planned = plan.only ?? selection.files;
    yield {
      type: 'runStarted',
      run: plan.run,
      condition: plan.condition,
      orderSeed: plan.orderSeed,
      files: planned.length,
    };
    let status: 'completed' | 'crashed' | 'interrupted' | null = null;
    const abortAt = asked.forMs === null ? null : startedAtMs + abortAtMs(asked.forMs);
    for await (const event of carryOutRun(plan, ports, abortAt)) {
      invariant(status === null, `run ${plan.run}: ${event.type} after runFinished`);
      if (event.type === 'runFinished') status = event.status;
      failureSeen ||= isFailure(event);
      health.see(event);
      proving?.see(event);
      yield event;
    }
    invariant(status !== null, `run ${plan.run} ended without runFinished`);
    if (status === 'interrupted') return signal.aborted ? 'interrupted' : 'timeUp';
    health.check();
    if (proving !== null) {
      yield* proving.runEnded({ run: plan.run, planned, status });
      yield proving.remaining();
    }
  }
}

/** Runs one plan, under load where its condition says so, and gives it up at `abortAt`. */
async function* carryOutRun(
  plan: RunPlan,
  ports: HuntPorts,
  abortAt: number | null,
): AsyncGenerator<RunEvent> {
  const { executor, clock, load, signal } = ports;
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  // Linked by hand: `AbortSignal.any` on a signal that outlives thousands of runs keeps them all.
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const cancel =
    abortAt === null ? () => undefined : clock.after(Math.max(0, abortAt - clock.now()), onAbort);
  try {
    if (plan.condition === 'stressed') await load.start();
    yield* executor.run(plan, abort.signal);
  } finally {
    cancel();
    signal.removeEventListener('abort', onAbort);
    if (plan.condition === 'stressed') await load.stop();
  }
}

function huntStarted(options: HuntOptions, selection: Selection, clock: Clock): HuntStarted {
  return {
    type: 'huntStarted',
    id: options.id,
    seed: options.seed,
    root: options.root,
    command: options.command,
    vitest: selection.vitest,
    node: selection.node,
    startedAt: clock.date().toISOString(),
    asked: options.asked,
    confidence: options.confidence,
    conditions: options.conditions,
    workers: selection.workers,
    executor: selection.executor,
    files: selection.files.length,
    projects: selection.projects,
    shard: options.shard,
  };
}

function isFailure(event: RunEvent): boolean {
  switch (event.type) {
    case 'attemptFinished':
      return event.outcome.kind !== 'passed' && event.outcome.kind !== 'skipped';
    case 'fileFailed':
    case 'errorRaised':
      return true;
    default:
      return false;
  }
}

/** So many crashed runs in a row, none with an attempt, and the hunt is pointless. */
const crashesInVain = 3;

function watchHost(): { see(event: RunEvent): void; check(): void } {
  let attempts = 0;
  let inVain = 0;
  let last: FailureDetail | null = null;
  return {
    see(event) {
      if (event.type === 'attemptFinished') attempts += 1;
      if (event.type === 'errorRaised') last = event.failure;
      if (event.type !== 'runFinished') return;
      inVain = event.status === 'crashed' && attempts === 0 ? inVain + 1 : 0;
      attempts = 0;
    },
    check() {
      if (inVain < crashesInVain) return;
      throw new FlakehoundError(
        'ENV_HOST_LOST',
        `the process that hosts Vitest died in ${inVain} runs in a row before any test` +
          (last === null ? '' : `: ${last.message}`),
        {
          hint: 'flakehound doctor shows what the suite needs; --via vitest takes another way',
          cause: last === null ? undefined : asError(last),
        },
      );
    },
  };
}

function asError(failure: FailureDetail): Error {
  const error = new Error(failure.message);
  error.name = failure.name;
  if (failure.stack !== '') error.stack = failure.stack;
  return error;
}
