import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  installFlight,
  openFlight,
  parseFlight,
  type RunnerPrototype,
} from '../../../harness/forkserver/flight.js';

type Task = Parameters<NonNullable<RunnerPrototype['onBeforeTryTask']>>[0];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

let dir: string;
let path: string;
let fd: number;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'flight-'));
  path = join(dir, 'flight.jsonl');
  fd = openFlight(path);
});
afterEach(async () => {
  vi.restoreAllMocks();
  closeSync(fd);
  await rm(dir, { recursive: true, force: true });
});

const written = async () => parseFlight(await readFile(path, 'utf8'));

/** The lines as `event name`, or `event id` where there is no name. */
const lines = async () => (await written()).map(({ e, name, id }) => `${e} ${name ?? id}`);

const file: Mutable<Task> & { filepath: string } = {
  id: 'file',
  name: 'a.test.ts',
  type: 'suite',
  filepath: '/repo/a.test.ts',
};
file.file = file;

const aTask = (name: string, over: Partial<Task> = {}): Mutable<Task> => ({
  id: `id of ${name}`,
  name,
  type: 'test',
  file,
  suite: file,
  ...over,
});

/** A runner class as Vitest has it: what the recorder must call on. */
function aRunner() {
  const calls: string[] = [];
  const prototype: RunnerPrototype = {
    onBeforeTryTask: (task) => calls.push(`try ${task.name}`),
    onBeforeRunSuite: (task) => calls.push(`suite ${task.name}`),
  };
  installFlight(prototype, fd, () => '7');
  return { prototype, calls };
}

describe('the flight recorder', () => {
  test('writes a line before a suite, before a test and after it', async () => {
    const { prototype } = aRunner();
    const outer = aTask('outer', { type: 'suite' });
    const inner = aTask('inner', { type: 'suite', suite: outer });
    const works = aTask('works', { suite: inner });
    prototype.onBeforeRunSuite?.(inner);
    prototype.onBeforeTryTask?.(works);
    works.result = { state: 'pass', duration: 12 };
    prototype.onAfterRunTask?.(works);
    const at = { w: '7', file: '/repo/a.test.ts' };
    expect(await written()).toEqual([
      { ...at, e: 'suite', id: 'id of inner', name: 'outer > inner' },
      { ...at, e: 'begin', id: 'id of works', name: 'outer > inner > works' },
      { ...at, e: 'end', id: 'id of works', state: 'pass', durationMs: 12 },
    ]);
  });

  test('keeps what the runner does, with its arguments, its `this` and its answer', () => {
    const seen: unknown[] = [];
    const prototype: RunnerPrototype = {
      onBeforeTryTask(this: unknown, ...args) {
        seen.push(this, ...args);
        return 'its answer';
      },
    };
    installFlight(prototype, fd, () => '7');
    const runner = Object.create(prototype) as RunnerPrototype;
    const task = aTask('works');
    expect(runner.onBeforeTryTask?.(task, { retry: 1 })).toBe('its answer');
    expect(seen).toEqual([runner, task, { retry: 1 }]);
  });

  test('asks for the worker’s number anew: a kept worker has one for each file', async () => {
    let worker = 1;
    const prototype: RunnerPrototype = {};
    installFlight(prototype, fd, () => String(worker));
    prototype.onBeforeTryTask?.(aTask('one'));
    worker = 2;
    prototype.onBeforeTryTask?.(aTask('two'));
    expect((await written()).map(({ w }) => w)).toEqual(['1', '2']);
  });

  test('is installed once for a class, however often it is asked for', async () => {
    const { prototype, calls } = aRunner();
    installFlight(prototype, fd, () => '8');
    prototype.onBeforeTryTask?.(aTask('works'));
    expect(await lines()).toEqual(['begin works']);
    expect(calls).toEqual(['try works']);
  });

  test('is installed for a class whose parent has it', async () => {
    const { prototype } = aRunner();
    const child = Object.create(prototype) as RunnerPrototype;
    installFlight(child, fd, () => '8');
    child.onBeforeTryTask?.(aTask('works'));
    expect((await written()).map(({ w }) => w)).toContain('8');
  });

  test('begins a test once, however often it is tried', async () => {
    const { prototype, calls } = aRunner();
    const task = aTask('works');
    prototype.onBeforeTryTask?.(task);
    task.result = { state: 'run', retryCount: 1 };
    prototype.onBeforeTryTask?.(task);
    task.result = { state: 'pass', retryCount: 1, duration: 3, errors: [{ message: 'no' }] };
    prototype.onAfterRunTask?.(task);
    expect(await lines()).toEqual(['begin works', 'end id of works']);
    expect(calls).toEqual(['try works', 'try works']);
  });

  test('ends a test with its errors as texts, and how often it was tried', async () => {
    const { prototype } = aRunner();
    const task = aTask('fails');
    prototype.onBeforeTryTask?.(task);
    const error: { name?: string; message: string; stack?: string; cause?: unknown } = {
      message: 'm'.repeat(3_000),
    };
    error.cause = error;
    task.result = { state: 'fail', duration: 3, retryCount: 2, repeatCount: 1, errors: [error] };
    prototype.onAfterRunTask?.(task);
    expect((await written()).at(-1)).toMatchObject({
      state: 'fail',
      retryCount: 2,
      repeatCount: 1,
      errors: [{ name: 'Error', message: 'm'.repeat(2_000), stack: '' }],
    });
  });

  describe('where no word comes of a test’s end', () => {
    test('writes ends down before the next test, in the order of their beginning', async () => {
      const { prototype } = aRunner();
      const [one, two, three] = [aTask('one'), aTask('two'), aTask('three')];
      prototype.onBeforeTryTask?.(one);
      prototype.onBeforeTryTask?.(two);
      one.result = { state: 'pass', duration: 1 };
      two.result = { state: 'skip', duration: 1 };
      prototype.onBeforeTryTask?.(three);
      expect(await lines()).toEqual([
        'begin one',
        'begin two',
        'end id of one',
        'end id of two',
        'begin three',
      ]);
    });

    test('writes them down before the next suite', async () => {
      const { prototype } = aRunner();
      const one = aTask('one');
      prototype.onBeforeTryTask?.(one);
      one.result = { state: 'pass', duration: 1 };
      prototype.onBeforeRunSuite?.(aTask('next', { type: 'suite' }));
      expect(await lines()).toEqual(['begin one', 'end id of one', 'suite next']);
    });

    test('leaves a test that still runs beside others open', async () => {
      const { prototype } = aRunner();
      const slow = aTask('slow');
      prototype.onBeforeTryTask?.(slow);
      slow.result = { state: 'run' };
      prototype.onBeforeTryTask?.(aTask('quick'));
      expect(await lines()).toEqual(['begin slow', 'begin quick']);
    });

    test('ends no test twice', async () => {
      const { prototype } = aRunner();
      const one = aTask('one');
      prototype.onBeforeTryTask?.(one);
      one.result = { state: 'pass', duration: 1 };
      prototype.onBeforeTryTask?.(aTask('two'));
      prototype.onAfterRunTask?.(one);
      expect(await lines()).toEqual(['begin one', 'end id of one', 'begin two']);
    });
  });

  test('goes on when a test replaces what it works with', async () => {
    const { prototype } = aRunner();
    vi.spyOn(JSON, 'stringify').mockImplementation(() => 'replaced');
    prototype.onBeforeTryTask?.(aTask('works'));
    vi.restoreAllMocks();
    expect(await lines()).toEqual(['begin works']);
  });

  test('costs evidence, not a test its result, when its file was closed', () => {
    const prototype: RunnerPrototype = {};
    const closed = openSync(path, 'a');
    closeSync(closed);
    installFlight(prototype, closed, () => '7');
    expect(() => prototype.onBeforeTryTask?.(aTask('works'))).not.toThrow();
  });
});

describe('reading it', () => {
  const line = '{"w":"1","e":"begin","id":"a"}';

  test.each([
    ['nothing', '', 0],
    ['whole lines', `${line}\n${line}\n`, 2],
    ['a torn last line', `${line}\n${line.slice(0, 12)}`, 1],
    ['a whole last line without its end', `${line}\n${line}`, 2],
    ['a torn line with another writer’s after it', `${line.slice(0, 12)}\n${line}\n`, 1],
  ])('%s', (_, text, count) => {
    expect(parseFlight(text)).toHaveLength(count);
  });
});
