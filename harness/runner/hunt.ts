import { FlakehoundError, invariant } from '../../src/index.js';
import type {
  FailureDetail,
  HuntEvent,
  HuntFinished,
  HuntStarted,
  NoticeGiven,
  RunEvent,
  RunFinished,
  StopReason,
} from '../events.js';
import type { Clock } from './clock.js';
import type { Executor, RunPlan, Selection } from './executor.js';
import type { Load } from './load.js';
import { createProving } from './proving.js';
import { abortAtMs, nextStep, planRun, type ScheduleOptions } from './schedule.js';

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

/** What a hunt that was cut off had told by then; it goes on from there. */
export interface Resumption {
  /** As the hunt began: whatever differs now is its reader's to judge. */
  readonly started: HuntStarted;
  readonly notices: readonly NoticeGiven[];
  /** Time that the hunt had taken when the last of `runs` ended. */
  readonly elapsedMs: number;
  /** What each run told that had ended, from run 1 without a gap; each ends with `runFinished`. */
  readonly runs: AsyncIterable<readonly RunEvent[]>;
}

/**
 * Carries out a hunt and tells everything that happens, as it happens; keeps nothing of it.
 *
 * One that is resumed first tells again what it had told before, so that its events are those of a
 * hunt which nothing cut off; the run that was under way then is carried out again from its start,
 * under the same seeds.
 *
 * Opens the executor and closes it, however the hunt ends, also when the reader stops early.
 * After `huntStarted` there is always a `huntFinished`, also before an error is thrown. A hunt
 * that is aborted before the suite is open yields nothing.
 *
 * @throws FlakehoundError what `Executor.open` throws; `ENV_HOST_LOST` when the host of the suite
 * keeps dying before any test
 */
export async function* hunt(
  options: HuntOptions,
  ports: HuntPorts,
  resumption: Resumption | null = null,
): AsyncGenerator<HuntEvent> {
  const { executor, clock, load, signal } = ports;
  try {
    const selection = await openUnlessAborted(executor, signal);
    if (selection === null) return;
    const startedAtMs = clock.now() - (resumption?.elapsedMs ?? 0);
    yield resumption?.started ?? huntStarted(options, selection, clock);
    yield* resumption?.notices ?? [];
    yield* selection.notices;
    const finished = (stopped: StopReason): HuntFinished => ({
      type: 'huntFinished',
      durationMs: clock.now() - startedAtMs,
      stopped,
    });
    let stopped: StopReason;
    try {
      stopped = yield* carryOutRuns(options, ports, { selection, startedAtMs, resumption });
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

interface Beginning {
  readonly selection: Selection;
  /** On the ports' clock. */
  readonly startedAtMs: number;
  readonly resumption: Resumption | null;
}

async function* carryOutRuns(
  options: HuntOptions,
  ports: HuntPorts,
  { selection, startedAtMs, resumption }: Beginning,
): AsyncGenerator<HuntEvent, StopReason> {
  const { clock, signal } = ports;
  const { asked } = options;
  const proving =
    asked.prove === null
      ? null
      : createProving(selection.files, { rate: asked.prove, confidence: options.confidence });
  const health = watchHost();
  let failureSeen = false;
  let runsStarted = 0;

  /** Tells of one run and learns from it. */
  async function* tellRun(
    plan: RunPlan,
    events: AsyncIterable<RunEvent> | Iterable<RunEvent>,
  ): AsyncGenerator<HuntEvent, RunFinished['status']> {
    runsStarted += 1;
    const planned = plan.only ?? selection.files;
    yield {
      type: 'runStarted',
      run: plan.run,
      condition: plan.condition,
      orderSeed: plan.orderSeed,
      files: planned.length,
    };
    let status: RunFinished['status'] | null = null;
    for await (const event of events) {
      invariant(status === null, `run ${plan.run}: ${event.type} after runFinished`);
      if (event.type === 'runFinished') status = event.status;
      failureSeen ||= isFailure(event);
      health.see(event);
      proving?.see(event);
      yield event;
    }
    invariant(status !== null, `run ${plan.run} ended without runFinished`);
    if (status === 'interrupted') return status;
    health.check();
    if (proving !== null) {
      yield* proving.runEnded({ run: plan.run, planned, status });
      yield proving.remaining();
    }
    return status;
  }

  for await (const events of resumption?.runs ?? []) {
    yield* tellRun(planRun(options, runsStarted + 1, proving?.left() ?? null), events);
  }
  for (;;) {
    const step = nextStep(options, {
      runsStarted,
      elapsedMs: clock.now() - startedAtMs,
      interrupted: signal.aborted,
      failureSeen,
      unsettled: proving?.left() ?? null,
    });
    if (step.kind === 'stop') return step.reason;
    const abortAt = asked.forMs === null ? null : startedAtMs + abortAtMs(asked.forMs);
    const status = yield* tellRun(step.plan, carryOutRun(step.plan, ports, abortAt));
    if (status === 'interrupted') return signal.aborted ? 'interrupted' : 'timeUp';
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
