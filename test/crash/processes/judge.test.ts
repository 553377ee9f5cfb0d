import { describe, expect, test } from 'vitest';
import type { Job, LogEntry } from '../../../src/index.js';
import { hear, type Life, newLife } from './deeds.js';
import { judge, type Seen } from './judge.js';

const told = (...lines: string[]): Life => {
  const life = newLife('w');
  for (const line of ['open guest', 'do 0 begin', 'ack 0', ...lines]) hear(life, line);
  return life;
};

const job = (id: string, given: Partial<Job> = {}): Job => ({
  id,
  type: 'piece',
  status: 'queued',
  progress: null,
  version: 1,
  createdAt: 1,
  updatedAt: 1,
  startedAt: null,
  finishedAt: null,
  cancelRequestedAt: null,
  parent: 'w',
  data: null,
  result: null,
  error: null,
  ...given,
});

const own = (version: number, n: number): Job => job('w', { version, data: { n } });

const entry = (number: number, message: string): LogEntry => ({
  jobId: 'w',
  number,
  at: 1,
  level: 'info',
  message,
  fields: null,
});

const seen = (given: Partial<Seen> = {}): Seen => ({
  own: own(1, 0),
  pieces: [],
  logs: [],
  ...given,
});

describe('what was told and is there is in order', () => {
  const life = told(
    ...['do 1 create', 'do 2 group', 'do 3 log', 'ack 1', 'ack 2', 'ack 3'],
    ...['do 4 move 1', 'ack 4', 'do 5 create', 'ack 5', 'do 6 remove 5', 'ack 6', 'do 7 create'],
  );
  const moved = job('w/1', { status: 'active' });
  const whole = seen({
    own: own(2, 2),
    pieces: [moved, job('w/2')],
    logs: [entry(1, '3')],
  });

  test('with and without the write that was under way', () => {
    expect(judge(life, whole)).toEqual([]);
    expect(judge(life, { ...whole, pieces: [...whole.pieces, job('w/7')] })).toEqual([]);
  });

  test.each<[string, Partial<Seen>, RegExp]>([
    ['a create is lost', { pieces: [job('w/2')] }, /create 1 is lost/],
    ['half a group', { own: own(1, 0) }, /1 groups are there, and its job has version 1/],
    ['the other half', { pieces: [moved] }, /group 2 is lost/],
    ['an older value', { own: own(2, 1) }, /names group 1, the newest that is there is 2/],
    ['a log entry is lost', { logs: [] }, /log 3 is lost/],
    ['a log entry is there twice', { logs: [entry(1, '3'), entry(1, '3')] }, /gaps|order/],
    ['a gap in the log', { logs: [entry(2, '3')] }, /gaps: 2/],
    ['a change is lost', { pieces: [job('w/1'), job('w/2')] }, /move 4 is lost/],
    ['a removed job is back', { pieces: [moved, job('w/2'), job('w/5')] }, /remove 6 is lost/],
    ['one that nobody made', { pieces: [moved, job('w/2'), job('w/9')] }, /nobody made it/],
    ['the writer’s own job', { own: undefined }, /its own job is gone/],
  ])('%s', (_what, change, complaint) => {
    expect(judge(life, { ...whole, ...change }).join('\n')).toMatch(complaint);
  });
});

describe('writes under way are kept in their order', () => {
  const life = told('do 1 create', 'do 2 create', 'do 3 create');

  test('any prefix may be there, and nothing else', () => {
    const there = (...ids: string[]) => judge(life, seen({ pieces: ids.map((id) => job(id)) }));
    expect(there()).toEqual([]);
    expect(there('w/1', 'w/2')).toEqual([]);
    expect(there('w/2').join()).toMatch(/create 2 is there, create 1 before it is not/);
  });

  test('but for two owners', () => {
    const moved = { ...life, sawTakeover: true };
    expect(judge(moved, seen({ pieces: [job('w/2')] }))).toEqual([]);
  });
});

test('a refusal is no fate for a write that could be made', () => {
  const life = told('do 1 create', 'refused 1 STORE_WRITE: no');
  expect(judge(life, seen())).toEqual(['w: create 1 was refused: STORE_WRITE: no']);
});
