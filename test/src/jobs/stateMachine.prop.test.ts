import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancel } from '../../../src/jobs/cancel.js';
import type { Job } from '../../../src/jobs/job.js';
import { patched } from '../../../src/jobs/patch.js';
import { transition } from '../../../src/jobs/stateMachine.js';
import { aJob, aStatus, brokenPromises } from '../../support/jobs.js';

const aTime = fc.integer({ min: -5000, max: 5000 });
const anEvent = fc.oneof(
  fc.record({
    kind: fc.constant('status' as const),
    to: aStatus,
    at: fc.option(aTime),
    now: aTime,
  }),
  fc.record({
    kind: fc.constant('progress' as const),
    to: fc.constantFrom(0, 0.25, 0.5, 1, null),
    now: aTime,
  }),
  fc.record({ kind: fc.constant('cancel' as const), now: aTime }),
);
type Event = typeof anEvent extends fc.Arbitrary<infer E> ? E : never;

function after(job: Job, event: Event): Job {
  switch (event.kind) {
    case 'status': {
      const details = event.at === null ? {} : { at: event.at };
      const step = transition(job, event.to, details, event.now);
      return step.kind === 'refused' ? job : step.job;
    }
    case 'progress':
      return patched(job, { progress: event.to }, event.now);
    case 'cancel':
      return cancel(job, event.now).job;
  }
}

test('no order of events and no clock makes a state that contradicts itself', () => {
  fc.assert(
    fc.property(fc.array(anEvent, { maxLength: 12 }), (events) => {
      let job = aJob({ createdAt: 100, updatedAt: 100 });
      for (const event of events) {
        const next = after(job, event);
        expect(brokenPromises(next)).toEqual([]);
        expect(next.version).toBe(next === job ? job.version : job.version + 1);
        expect(next.updatedAt).toBeGreaterThanOrEqual(job.updatedAt);
        if (job.finishedAt !== null) expect(next.status).toBe(job.status);
        job = next;
      }
    }),
    { numRuns: 1000 },
  );
});

test('whatever the order in which its events arrive, a job ends the same', () => {
  const events: Event[] = [
    { kind: 'status', to: 'active', at: 200, now: 900 },
    { kind: 'progress', to: 0.5, now: 900 },
    { kind: 'status', to: 'completed', at: 300, now: 900 },
  ];
  for (const end of ['completed', 'failed', 'cancelled'] as const) {
    const told = events.map((e) =>
      e.kind === 'status' && e.to === 'completed' ? { ...e, to: end } : e,
    );
    for (const order of permutations(told)) {
      const job = order.reduce(after, aJob({ createdAt: 100 }));
      expect([job.status, job.finishedAt]).toEqual([end, 300]);
      expect(brokenPromises(job)).toEqual([]);
    }
  }
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) =>
    permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]),
  );
}
