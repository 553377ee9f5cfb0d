import { expect, test } from 'vitest';
import { createByteSink } from '../../../../src/engine/byteSink.js';
import {
  encodeErrorEvent,
  encodeHead,
  encodeMerged,
  encodePut,
  encodeRemove,
} from '../../../../src/engine/records.js';
import { JobLists } from '../../../../src/engine/state/jobLists.js';
import { RecentLogs } from '../../../../src/engine/state/recentLogs.js';
import { RecentState } from '../../../../src/engine/state/recentState.js';
import { emptyTable, type TableView } from '../../../../src/engine/state/tableView.js';
import type { TableJob } from '../../../../src/engine/tables/tableJob.js';
import type { Job } from '../../../../src/jobs/job.js';
import { jobStatuses } from '../../../../src/jobs/job.js';
import { nextState, sealJob } from '../../../../src/jobs/sealJob.js';
import { aJob } from '../../../support/jobs.js';
import { plainTable } from '../../../support/plainTable.js';

const limit = 1e6;

function aState(table: TableView = emptyTable, cacheBytes = 1e6): RecentState {
  const logs = new RecentLogs({ lastNumber: () => 0, jobId: () => 'a' });
  return new RecentState({ table, lastSeq: 0, cacheBytes, logs });
}

function stored(seq: number, job: Job): TableJob {
  const sink = createByteSink(64);
  encodePut(sink, seq, job, limit);
  const bytes = sink.bytes.subarray(0, sink.at);
  return { seq, id: job.id, type: job.type, status: jobStatuses.indexOf(job.status), bytes };
}

function ended(job: Job): Job {
  const next = nextState(job, 2000);
  next.status = 'completed';
  return sealJob(next);
}

test('counts after the replay of many jobs are those of a few, jobs of the table or not', () => {
  const inTable = Array.from({ length: 3000 }, (_, at) =>
    stored(at + 1, aJob({ id: `t${at + 1}` })),
  );
  const state = aState(plainTable(inTable));
  const sink = createByteSink(64);
  for (let seq = 1; seq <= 2500; seq++) {
    const before = aJob({ id: `t${seq}` });
    if (seq % 5 === 0) encodeRemove(sink, seq, 1);
    else encodeHead(sink, seq, { before, job: ended(before) }, limit);
  }
  for (let seq = 3001; seq <= 3100; seq++) encodePut(sink, seq, aJob({ id: `t${seq}` }), limit);
  expect(state.replay({ bytes: sink.bytes, from: 0, to: sink.at }, 1, () => {})).toBe(-1);
  const lists = new JobLists(state, 1e7, () => {});
  expect(lists.count({ status: 'completed' })).toBe(2000);
  expect(lists.count({ status: 'queued' })).toBe(600);
  expect(lists.count({ type: 'other' })).toBe(0);
  expect(state.counts.byStatus(state.countBase)).toEqual({
    queued: 600,
    active: 0,
    completed: 2000,
    failed: 0,
    cancelled: 0,
  });
  expect(lists.list({ status: 'completed' }).length).toBe(2000);
  expect(state.lastSeq).toBe(3100);
});

test('records about no job go to who asked, and bytes that are no record are found', () => {
  const state = aState();
  const sink = createByteSink(64);
  encodeMerged(sink, 'n-1');
  encodeErrorEvent(sink, '{"id":1}');
  const good = sink.at;
  encodePut(sink, 1, aJob(), limit);
  sink.bytes[good + 4] = 99;
  const others: unknown[] = [];
  const bad = state.replay({ bytes: sink.bytes, from: 0, to: sink.at }, 5, (other) =>
    others.push(other),
  );
  expect(bad).toBe(good);
  expect(others).toEqual([
    { kind: 6, text: 'n-1' },
    { kind: 5, text: '{"id":1}' },
  ]);
});

test('a creation of a removed id shows the old job until the removal is durable', () => {
  const state = aState();
  const first = aJob({ id: 'a', data: 1 });
  const second = aJob({ id: 'a', data: 2 });
  state.create(1, state.nextSeq(), first, 100);
  state.settle(1);
  state.remove(2, state.find('a')!);
  expect(state.find('a')).toBeUndefined();
  state.create(3, state.nextSeq(), second, 100);
  expect([state.get('a'), state.find('a')?.latest]).toEqual([first, second]);
  state.settle(2);
  expect(state.get('a')).toBeUndefined();
  state.settle(3);
  expect(state.get('a')).toBe(second);
});

test('who asks again is given the same answer until the job is another, or gone', async () => {
  const state = aState();
  const job = aJob({ id: 'a' });
  const entry = state.create(1, state.nextSeq(), job, 100);
  expect(await state.ask('a')).toBeUndefined();
  state.settle(1);
  expect(await state.ask('a')).toBe(job);
  const again = state.ask('a');
  expect(state.ask('a')).toBe(again);
  expect(await again).toBe(job);
  const next = ended(job);
  state.change(2, entry, next, 60);
  expect(await state.ask('a')).toBe(job);
  state.settle(2);
  expect(await state.ask('a')).toBe(next);
  expect(await state.ask('a')).toBe(next);
  state.remove(3, entry);
  expect(await state.ask('a')).toBe(next);
  state.settle(3);
  expect(await state.ask('a')).toBeUndefined();
  expect(await again).toBe(job);
});

test('a long list is copied for the next who asks, once the answer is given', () => {
  const jobs = Array.from({ length: 5000 }, (_, at) => aJob({ id: `t${at}` }));
  const state = aState(plainTable(jobs.map((job, at) => stored(at + 1, job))), 1e7);
  const soon: (() => void)[] = [];
  const lists = new JobLists(state, 1e7, (act) => soon.push(act));
  const first = lists.list({ status: 'queued' });
  expect(first).toEqual(jobs);
  expect(soon.length).toBe(1);
  soon.pop()?.();
  const entry = state.find('t7')!;
  state.change(1, entry, { ...jobs[7]!, progress: 0.5 }, 60);
  state.settle(1);
  const second = lists.list({ status: 'queued' });
  expect([first[7]?.progress, second[7]?.progress]).toEqual([null, 0.5]);
  expect(lists.list({ status: 'queued', newest: true })).toEqual([...second].reverse());
  expect(lists.list({ status: 'queued', limit: 10 })).toEqual(second.slice(0, 10));
  expect(second.length).toBe(5000);
});

test('what failed never happened, the newest first', () => {
  const state = aState();
  const job = aJob({ id: 'a' });
  state.create(1, 1, job, 100);
  state.settle(1);
  state.change(2, state.find('a')!, ended(job), 60);
  state.remove(3, state.find('a')!);
  state.create(4, 2, aJob({ id: 'a', data: 2 }), 100);
  state.revert(3);
  expect(state.find('a')?.latest).toEqual(ended(job));
  state.revert(2);
  expect(state.find('a')?.latest).toBe(job);
  expect([state.get('a'), state.pendingChanges]).toEqual([job, 0]);
});

test('the cache holds no more than it may, and drops what nobody asks for', () => {
  const jobs = Array.from({ length: 100 }, (_, at) => stored(at + 1, aJob({ id: `t${at + 1}` })));
  let reads = 0;
  const table = plainTable(jobs);
  const counting: TableView = {
    ...table,
    findNow: (id) => {
      reads++;
      return table.findNow(id);
    },
  };
  const each = jobs[0]!.bytes.length + 200;
  const state = aState(counting, each * 10);
  for (let at = 1; at <= 100; at++) {
    expect(state.get(`t${at}`)?.id).toBe(`t${at}`);
    state.get('t1');
    expect(state.cachedBytes).toBeLessThanOrEqual(each * 10 + 10);
  }
  expect(reads).toBe(100);
});

test('jobs of a checkpoint are in memory until their turn comes, then within the bounds of the cache', () => {
  const state = aState(emptyTable, 3000);
  const jobs = Array.from({ length: 50 }, (_, at) => aJob({ id: `j${at}` }));
  jobs.forEach((job, at) => {
    state.create(at + 1, state.nextSeq(), job, 100);
  });
  state.settle(50);
  const frozen = state.freeze();
  expect([frozen.size, frozen.lsn, frozen.lastSeq]).toEqual([50, 50, 50]);
  const table = plainTable([...frozen.changes()].map(({ resolve }) => resolve(undefined)!));
  state.checkpointed(table);
  let rounds = 0;
  while (state.release(10)) rounds++;
  expect(rounds).toBe(5);
  expect(state.cachedBytes).toBeLessThanOrEqual(3000);
  expect(state.cachedBytes).toBeGreaterThan(2000);
  for (const job of jobs) expect(state.get(job.id)).toEqual(job);
});

test('a job that changes while the checkpoint runs is written as it was', () => {
  const state = aState();
  const job = aJob({ id: 'a' });
  state.create(1, 1, job, 100);
  state.settle(1);
  const frozen = state.freeze();
  state.change(2, state.find('a')!, ended(job), 60);
  state.settle(2);
  expect(frozen.resolve(1, undefined)?.status).toBe(0);
  state.remove(3, state.find('a')!);
  state.settle(3);
  expect(frozen.resolve(1, undefined)?.status).toBe(0);
  expect(frozen.resolve(2, undefined)).toBeUndefined();
});

test('a job is seen until its removal is durable, however often its id was taken since', () => {
  const state = aState();
  state.create(1, state.nextSeq(), aJob({ id: 'a' }), 100);
  state.settle(1);
  const first = state.get('a');
  for (let lsn = 2; lsn < 8; lsn += 2) {
    state.remove(lsn, state.find('a')!);
    state.create(lsn + 1, state.nextSeq(), aJob({ id: 'a' }), 100);
    expect(state.get('a')).toBe(first);
    expect(state.seqOf('a')).toBe(1);
  }
  state.settle(2);
  expect(state.get('a')).toBeUndefined();
  state.settle(3);
  expect(state.seqOf('a')).toBe(2);
});
