import { dir } from 'tmp-promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Io } from '../../../harness/cli/io.js';
import { runCli } from '../../../harness/cli/runCli.js';
import { listHunts } from '../../../harness/history/huntReader.js';
import { openHistory } from '../../../harness/history/openHistory.js';
import { type FakeSuite, fakeFile } from '../../support/fakeExecutor.js';
import { type FakeMachine, fakeIo, fakeMachine } from '../../support/fakeIo.js';

let cwd = '';
let remove: () => Promise<void>;
let machine: FakeMachine;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
  machine = fakeMachine();
});
afterEach(() => remove());

const suite: FakeSuite = {
  files: [fakeFile('a.test.ts', { wobbles: (run) => (run % 2 ? 'failed' : 'passed') })],
};

/** Types a command into a world whose store is the real one. */
async function type(how: { suite?: FakeSuite; pid?: number }, ...argv: string[]) {
  const fake = fakeIo({ cwd, machine, suite: how.suite ?? suite, pid: how.pid ?? 1 });
  const io: Io = { ...fake, openHistory };
  const code = await runCli(argv, { version: '0.0.0', io });
  return { code, out: fake.out.text, err: fake.err.text, runs: fake.executor.plans.length };
}

test('hunts are kept in files, listed, shown and compared', async () => {
  await type({}, 'hunt', '--runs', '4');
  await type({}, 'hunt', '--runs', '6');
  expect((await type({}, 'history')).out).toMatch(/^hunt-2 .*6\/6 +1 +0 +0\nhunt-1 .*4\/4/m);
  expect((await type({}, 'report', 'hunt-1')).out).toContain('4 of 4 runs');
  expect((await type({}, 'compare', 'hunt-1', 'hunt-2')).code).toBe(0);
  expect((await type({}, 'history', '--test', 'wobbles')).out).toContain('3/6');
});

test('hunts at the same time share the store', async () => {
  const both = await Promise.all(
    [1, 2, 3].map((pid) => type({ pid }, 'hunt', '--runs', '5', '--fail-on', 'never')),
  );
  expect(both.map(({ code, err }) => [code, err])).toEqual(Array(3).fill([0, '']));
  const { out } = await type({}, 'history');
  expect(out.match(/5\/5 +1 +0 +0/g)).toHaveLength(3);
});

test('a hunt that was interrupted goes on', async () => {
  const fake = fakeIo({
    cwd,
    machine,
    suite: { ...suite, onAttempt: ({ run }) => run === 3 && fake.abort() },
  });
  expect(
    await runCli(['hunt', '--runs', '5'], { version: '0', io: { ...fake, openHistory } }),
  ).toBe(130);
  machine.processes.kill(1);
  const resumed = await type({ pid: 2 }, 'hunt', '--resume', '--fail-on', 'never');
  expect([resumed.code, resumed.runs]).toEqual([0, 3]);
  expect((await type({}, 'history')).out).toMatch(/^hunt-1 .*5\/5/m);
});

test('a list of hunts reads nothing but their own small jobs', async () => {
  const files = [
    fakeFile(
      'a.test.ts',
      Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`test ${at}`, 'passed' as const])),
    ),
  ];
  for (let hunt = 0; hunt < 3; hunt++) await type({ suite: { files } }, 'hunt', '--runs', '3');
  const store = await openHistory(cwd, 'read');
  if (store === null) throw new Error('no store');
  const asked: unknown[] = [];
  const watched = new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        asked.push([key, ...args]);
        return Reflect.apply(member, target, args);
      };
    },
  });
  const hunts = await listHunts(watched, { limit: 20, isWanted: () => true });
  expect(asked).toEqual([['list', { type: 'hunt', newest: true, limit: 20 }]]);
  for (const { job } of hunts) expect(JSON.stringify(job).length).toBeLessThan(3_000);
  await store.close();
});
