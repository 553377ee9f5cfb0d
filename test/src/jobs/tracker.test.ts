import { afterEach, beforeEach, expect, test } from 'vitest';
import { jobErrorOf, type TrackedStore, Trackers } from '../../../src/jobs/tracker.js';
import { aJob } from '../../support/jobs.js';

/** A store whose calls end when the test says so. */
function slowStore() {
  const calls: string[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const call = <T>(text: string, result: T): Promise<T> => {
    calls.push(text);
    return new Promise((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve(result) : reject(error)));
    });
  };
  const store: TrackedStore = {
    transition: (id, to, details) => call(`${id} ${to} ${JSON.stringify(details)}`, aJob({ id })),
    update: (id, patch) => call(`${id} ${JSON.stringify(patch)}`, aJob({ id })),
    appendLog: (id, { message }) =>
      call(`${id} log ${message}`, {
        jobId: id,
        number: 1,
        at: 0,
        level: 'info',
        message,
        fields: null,
      }),
  };
  const end = async (error?: Error): Promise<void> => {
    ends.shift()!(error);
    await turn();
  };
  return { store, calls, end };
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeEach(() => void process.on('unhandledRejection', note));
afterEach(() => {
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

test('the events of a job are written in the order of the calls, one after the other', async () => {
  const { store, calls, end } = slowStore();
  const trackers = new Trackers(store, () => {});
  const tracker = trackers.track('a');
  tracker.active(5);
  trackers.track('a').progress(0.5);
  tracker.log({ message: 'hi' });
  tracker.completed([1]);
  trackers.track('b').cancelled();
  expect(calls).toEqual(['a active {"at":5}', 'b cancelled {}']);
  await end();
  await end();
  expect(calls.slice(2)).toEqual(['a {"progress":0.5}']);
  await end();
  await end();
  let isSettled = false;
  const settled = Promise.all([tracker.settled(), trackers.settled()]).then(() => {
    isSettled = true;
  });
  await turn();
  expect(isSettled).toBe(false);
  await end();
  await settled;
  expect(calls.slice(3)).toEqual(['a log hi', 'a completed {"result":[1]}']);
});

test('a failure that nobody awaited is reported, and the next event goes on', async () => {
  const { store, calls, end } = slowStore();
  const reports: string[] = [];
  const tracker = new Trackers(store, (id, error) => reports.push(`${id} ${error}`)).track('a');
  tracker.active();
  tracker.progress(0.5);
  await end(new Error('no room'));
  expect(reports).toEqual(['a Error: no room']);
  expect(calls.length).toBe(2);
  await end();
  await tracker.settled();
});

test.each(['await', 'then', 'catch', 'all'] as const)(
  'a failure heard by %s is its own',
  async (how) => {
    const { store, end } = slowStore();
    const reports: unknown[] = [];
    const told = new Trackers(store, (_, error) => reports.push(error)).track('a').failed('x');
    const heard =
      how === 'await'
        ? (async () => await told)()
        : how === 'all'
          ? Promise.all([told])
          : how === 'then'
            ? told.then((job) => job)
            : told.catch((error: unknown) => {
                throw error;
              });
    const outcome = expect(heard).rejects.toThrow('no room');
    await end(new Error('no room'));
    await outcome;
    expect(reports).toEqual([]);
  },
);

test('a failure reported is still there for those who ask later', async () => {
  const { store, end } = slowStore();
  const told = new Trackers(store, () => {}).track('a').active();
  await end(new Error('no room'));
  await expect(told).rejects.toThrow('no room');
});

test('a store that throws at once is a failure like others', async () => {
  const reports: unknown[] = [];
  const store = {
    update: () => {
      throw new Error('closed');
    },
  } as unknown as TrackedStore;
  const trackers = new Trackers(store, (_, error) => reports.push(error));
  trackers.track('a').progress(1);
  await trackers.settled();
  expect(reports.map(String)).toEqual(['Error: closed']);
});

test('a failure resolves with the state of the job when it is written', async () => {
  const { store, calls, end } = slowStore();
  const told = new Trackers(store, () => {}).track('a').failed(new TypeError('bad'), 7);
  await end();
  expect(await told).toEqual(aJob({ id: 'a' }));
  expect(calls[0]).toContain('"message":"bad"');
  expect(calls[0]).toContain('"at":7');
});

test.each<[unknown, string, string | undefined]>([
  ['text', 'text', undefined],
  [undefined, 'undefined', undefined],
  [{ message: 'm', code: 'E' }, 'm', 'E'],
  [{ message: 5, code: 5 }, '{"message":5,"code":5}', '5'],
  [{ big: 1n }, 'an error without a message', undefined],
])('of %o is kept what can be', (error, message, code) => {
  expect(jobErrorOf(error)).toEqual(code === undefined ? { message } : { message, code });
});
