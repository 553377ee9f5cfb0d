import type { HuntEvent } from '../../events.js';
import { systemClock } from '../../runner/clock.js';
import { hunt } from '../../runner/hunt.js';
import { createLocalExecutor } from '../../runner/localExecutor.js';
import { createTally } from '../../stats/tally.js';
import type { Contestant, RunCheck } from './contestant.js';

export interface HuntContestantOptions {
  readonly name: string;
  /** Absolute. */
  readonly root: string;
  readonly workers: number;
  /** Tests of the suite: each must pass in each run. */
  readonly tests: number;
  readonly via: 'auto' | 'vitest';
  readonly runsPerTurn: number;
}

/**
 * A hunt that never ends by itself, with its statistics, taken run by run: it is a generator, so
 * between its turns it stands still. Its first runs differ from the others (one in ordinary
 * workers, one compared with that), so they are its warm-ups.
 */
export function createHuntContestant(options: HuntContestantOptions): Contestant {
  const { name, runsPerTurn, tests } = options;
  const tally = createTally();
  const remarks: string[] = [];
  const abort = new AbortController();
  const events = startHunt(options, abort.signal);

  const upTo = async (type: HuntEvent['type']): Promise<{ passed: number; bad: string | null }> => {
    let passed = 0;
    let bad: string | null = null;
    for (;;) {
      const next = await events.next();
      if (next.done) throw new Error(`the hunt ended before ${type}`);
      const event = next.value;
      tally.add(event);
      if (event.type === 'noticeGiven') remarks.push(event.message);
      if (event.type === 'attemptFinished' && event.outcome.kind === 'passed') passed += 1;
      else bad ??= wrongIn(event);
      if (event.type === type) return { passed, bad };
    }
  };

  return {
    name,
    runsPerTurn,
    warmUps: 4,
    remarks,
    async open() {
      await upTo('huntStarted');
    },
    async run(): Promise<RunCheck> {
      const { passed, bad } = await upTo('runFinished');
      return bad ?? (passed === tests ? null : `${passed} of ${tests} passed`);
    },
    async close() {
      abort.abort();
      await events.return(undefined);
    },
  };
}

function wrongIn(event: HuntEvent): string | null {
  switch (event.type) {
    case 'attemptFinished':
      return `${event.test.name}: ${event.outcome.kind}`;
    case 'fileFailed':
    case 'errorRaised':
      return event.failure.message;
    default:
      return null;
  }
}

function startHunt(options: HuntContestantOptions, signal: AbortSignal): AsyncGenerator<HuntEvent> {
  const { root, workers, via } = options;
  const executor = createLocalExecutor({
    root,
    config: null,
    projects: [],
    filters: [],
    testNamePattern: null,
    changed: null,
    shard: null,
    workers,
    stallMs: null,
    via,
    globalSetup: 'everyRun',
  });
  const load = { start: async () => undefined, stop: async () => undefined };
  return hunt(
    {
      id: 'bench',
      seed: 1,
      root,
      command: [],
      asked: { runs: null, forMs: null, untilFailure: false, prove: null },
      confidence: 0.95,
      conditions: ['baseline'],
      order: 'declared',
      shard: null,
    },
    { executor, clock: systemClock, load, signal },
  );
}
