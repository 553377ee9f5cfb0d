import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../../../harness/cli/runCli.js';
import type { GitState } from '../../../../harness/history/treeState.js';
import { parseReport } from '../../../../harness/report/json.js';
import type { HuntReport } from '../../../../harness/stats/huntReport.js';
import { FlakehoundError, type JobStore } from '../../../../src/index.js';
import { type FakeSuite, fakeFile } from '../../../support/fakeExecutor.js';
import { type FakeMachine, type FakeWorld, fakeIo, fakeMachine } from '../../../support/fakeIo.js';
import { watchedStore } from '../../../support/watchedStore.js';

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
});
afterEach(() => remove());

const wobbling: FakeSuite = {
  files: [
    fakeFile('a.test.ts', {
      wobbles: (run) => (run % 3 === 2 ? 'failed' : 'passed'),
      holds: 'passed',
    }),
    fakeFile('b.test.ts', { never: 'failed' }, { importFails: (run) => run === 3 }),
  ],
};

interface Done {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Numbers of the runs that were carried out. */
  readonly runs: readonly number[];
}

/** Types a command into a world, in this test's folder. */
async function type(world: FakeWorld, ...argv: string[]): Promise<Done> {
  const io = fakeIo({ cwd, suite: wobbling, ...world });
  const code = await runCli(argv, { version: '0.0.0', io });
  return {
    code,
    out: io.out.text,
    err: io.err.text,
    runs: io.executor.plans.map(({ run }) => run),
  };
}

const readReport = async (file: string): Promise<HuntReport> =>
  parseReport(await readFile(join(cwd, file), 'utf8'), file);

/** The machine after its process 1 was killed: only what was durable is left. */
function killed(stores: FakeMachine['stores']): FakeMachine {
  const machine = fakeMachine();
  for (const [root, state] of stores) machine.stores.set(root, { ...state });
  machine.processes.kill(1);
  return machine;
}

/** Hunts to the end; answers what a kill after each of the store's writes would have left. */
async function hunted(...options: string[]): Promise<{ whole: HuntReport; after: FakeMachine[] }> {
  const machine = fakeMachine();
  const after: FakeMachine[] = [];
  const wrapStore = (store: JobStore): JobStore =>
    watchedStore(store, { wrote: () => void after.push(killed(machine.stores)) });
  await type({ machine, wrapStore }, 'hunt', ...options, '--report', 'json=whole.json');
  return { whole: await readReport('whole.json'), after };
}

describe('a hunt that was killed', () => {
  test.each([
    ['--runs 5'],
    ['--runs 3 --conditions baseline,shuffled'],
    ['--until-failure'],
    ['--prove 40% --order shuffled'],
  ])('%s goes on after any write, and its report is that of one which was not', async (line) => {
    const { whole, after } = await hunted(...line.split(' '));
    expect(after.length).toBeGreaterThan(3);
    for (const [at, machine] of after.entries()) {
      const over = [...(machine.stores.get(cwd)?.jobs.values() ?? [])].filter(
        ({ type, result }) => type === 'run' && result !== null,
      ).length;
      const isOver = [...(machine.stores.get(cwd)?.jobs.values() ?? [])].some(
        ({ type, status }) => type === 'hunt' && status === 'completed',
      );
      const hasBegun = machine.stores.get(cwd)?.jobs.has('hunt-1') === true;
      const resumed = await type({ machine, pid: 2 }, 'hunt', '--resume');
      if (isOver || !hasBegun) {
        expect(resumed.err, `write ${at}`).toContain('HISTORY_NO_HUNT');
        continue;
      }
      expect(resumed.err, `write ${at}`).toContain(`resuming hunt hunt-1: ${over}`);
      expect(await readReport('whole.json'), `write ${at}`).toEqual(whole);
      expect(resumed.code).toBe(1);
      const all = whole.hunt.runs.done;
      expect(resumed.runs).toEqual(Array.from({ length: all - over }, (_, i) => over + i + 1));
    }
  });

  test('can be killed again and again', async () => {
    const { whole, after } = await hunted('--runs', '6');
    let machine = after[4];
    for (let pid = 2; pid < 6; pid++) {
      if (machine === undefined) throw new Error('too few writes');
      const now: FakeMachine = machine;
      const left: FakeMachine[] = [];
      const wrapStore = (store: JobStore): JobStore =>
        watchedStore(store, { wrote: () => void left.push(killed(now.stores)) });
      await type({ machine: now, pid, wrapStore }, 'hunt', '--resume');
      machine = left[2];
      machine?.processes.kill(pid);
    }
    expect(await readReport('whole.json')).toEqual(whole);
  });

  test('has a report of the runs that had ended', async () => {
    const { after } = await hunted('--runs', '6');
    const machine = after.at(-3);
    if (machine === undefined) throw new Error('too few writes');
    const { out, code } = await type({ machine, pid: 2 }, 'report');
    expect(code).toBe(0);
    expect(out).toContain('wobbles');
    expect(out).toMatch(/of 6 runs \(interrupted\)/);
  });
});

test('a hunt that was interrupted, went on and was killed tells of the runs since', async () => {
  const machine = fakeMachine();
  const onAttempt = ({ run }: { readonly run: number }): void => {
    if (run === 3) io.abort();
  };
  const io = fakeIo({ cwd, machine, suite: { ...wobbling, onAttempt } });
  await runCli(['hunt', '--runs', '6'], { version: '0', io });
  machine.processes.kill(1);
  const after: FakeMachine[] = [];
  const wrapStore = (store: JobStore): JobStore =>
    watchedStore(store, { wrote: () => void after.push(killed(machine.stores)) });
  await type({ machine, pid: 2, wrapStore }, 'hunt', '--resume');
  const withFive = after.find(({ stores }) => {
    const jobs = stores.get(cwd)?.jobs;
    return (jobs?.get('hunt-1/run/5')?.result ?? null) !== null;
  });
  if (withFive === undefined) throw new Error('run 5 never ended');
  for (const command of ['report', 'history']) {
    const { out } = await type({ machine: withFive, pid: 3 }, command);
    expect(out, command).toMatch(/5( of |\/)6/);
  }
});

test('a hunt that was interrupted goes on, and no attempt of the cut run counts twice', async () => {
  await type({}, 'hunt', '--runs', '4', '--report', 'json=whole.json');
  const whole = await readReport('whole.json');
  const machine = fakeMachine();
  const io = fakeIo({
    cwd,
    machine,
    suite: {
      ...wobbling,
      onAttempt: ({ run, test }) => run === 3 && test.name === 'holds' && io.abort(),
    },
  });
  const words = ['hunt', '--runs', '4', '--report', 'json=whole.json'];
  expect(await runCli(words, { version: '0.0.0', io })).toBe(130);
  expect((await readReport('whole.json')).hunt.interrupted).toBe(true);
  machine.processes.kill(1);
  const { runs } = await type({ machine, pid: 2 }, 'hunt', '--resume', 'hunt-1');
  expect(runs).toEqual([3, 4]);
  expect(await readReport('whole.json')).toEqual(whole);
  expect((await type({ machine }, 'report', 'hunt-1', '--report', 'json=again.json')).code).toBe(0);
  expect(await readReport('again.json')).toEqual(whole);
});

describe('--resume', () => {
  const git: GitState = { commit: 'a'.repeat(40), branch: 'main', changes: null };

  /** A machine with one hunt that was killed in its third run. */
  async function cutOff(world: FakeWorld = {}): Promise<FakeMachine> {
    const machine = fakeMachine();
    const after: FakeMachine[] = [];
    const wrapStore = (store: JobStore): JobStore =>
      watchedStore(store, { wrote: () => void after.push(killed(machine.stores)) });
    await type({ machine, wrapStore, ...world }, 'hunt', '--runs', '4', '--fail-on', 'never');
    const left = after[5];
    if (left === undefined) throw new Error('too few writes');
    return left;
  }

  test('takes the options that the hunt had', async () => {
    const machine = await cutOff();
    const { code, runs } = await type({ machine, pid: 2 }, 'hunt', '--resume');
    expect([code, runs]).toEqual([0, [3, 4]]);
  });

  test('lets the result be given in another way', async () => {
    const machine = await cutOff();
    const more = ['--fail-on', 'flaky', '--report', 'md=a.md', '--json'];
    const { code, out } = await type({ machine, pid: 2 }, 'hunt', '--resume', ...more);
    expect(code).toBe(1);
    expect(await readFile(join(cwd, 'a.md'), 'utf8')).toContain('wobbles');
    const told = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(told.filter((type) => type === 'runStarted')).toHaveLength(4);
    expect(told.at(-1)).toBe('huntFinished');
  });

  test.each([
    ['another commit', { git: { ...git, commit: 'b'.repeat(40) } }, 'bbbbbbbbbb (main)'],
    ['changed files', { git: { ...git, changes: 'c' } }, 'files have changed'],
    ['no git any more', { git: null }, 'no commit'],
    ['other tests', { suite: { files: [fakeFile('a.test.ts')] } }, 'the test files'],
  ])('refuses %s', async (_, world, why) => {
    const machine = await cutOff({ git });
    const { code, err, runs } = await type({ git, machine, pid: 2, ...world }, 'hunt', '--resume');
    expect([code, runs]).toEqual([3, []]);
    expect(err).toContain('HISTORY_TREE_CHANGED');
    expect(err).toContain(why);
    machine.processes.kill(2);
    expect((await type({ git, machine, pid: 3 }, 'hunt', '--resume')).runs).toEqual([3, 4]);
  });

  test('refuses a test file with other contents', async () => {
    await writeFile(join(cwd, 'a.test.ts'), 'one');
    const machine = await cutOff();
    await writeFile(join(cwd, 'a.test.ts'), 'two');
    const { code, err } = await type({ machine, pid: 2 }, 'hunt', '--resume');
    expect([code, err]).toEqual([3, expect.stringContaining('the test files')]);
  });

  test('refuses a root that was moved', async () => {
    const machine = await cutOff();
    const state = machine.stores.get(cwd);
    if (state === undefined) throw new Error('no store');
    machine.stores.set('/moved', state);
    const { code, err } = await type({ machine, pid: 2, cwd: '/moved' }, 'hunt', '--resume');
    expect([code, err]).toEqual([3, expect.stringContaining('and this is /moved')]);
  });

  test('leaves a hunt alone that another process carries out', async () => {
    const machine = await cutOff();
    const alive = { ...machine, processes: fakeMachine().processes };
    for (const words of [['--resume'], ['--resume', 'hunt-1']]) {
      const { code, err, runs } = await type({ machine: alive, pid: 2 }, 'hunt', ...words);
      expect([code, err, runs]).toEqual([2, expect.stringContaining('HISTORY_RUNNING'), []]);
    }
  });

  test('of two that come at once, only one goes on', async () => {
    const machine = await cutOff();
    const both = await Promise.all(
      [2, 3].map((pid) => type({ machine, pid }, 'hunt', '--resume', 'hunt-1')),
    );
    expect(both.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(both.map(({ runs }) => runs.length).sort()).toEqual([0, 2]);
  });

  test.each([
    ['hunt --resume nothing', 'HISTORY_NO_HUNT', 2],
    ['hunt --resume hunt-1', 'HISTORY_ENDED', 2],
    ['hunt --resume', 'HISTORY_NO_HUNT', 2],
    ['hunt --resume hunt-1 --runs 3', "--runs can't be given", 2],
    ['hunt --resume hunt-1 src/a', "src/a can't be given", 2],
  ])('%s', async (line, named, expected) => {
    const machine = fakeMachine();
    await type({ machine }, 'hunt', '--runs', '1');
    const { code, err, runs } = await type({ machine, pid: 2 }, ...line.split(' '));
    expect([code, err, runs]).toEqual([expected, expect.stringContaining(named), []]);
  });

  test('needs the store', async () => {
    const storeFails = new FlakehoundError('STORE_LOCKED', 'somebody has it', { hint: 'wait' });
    const { code, err } = await type({ storeFails }, 'hunt', '--resume');
    expect([code, err]).toEqual([3, expect.stringContaining('STORE_LOCKED')]);
  });

  test('says so where no hunt was ever stored', async () => {
    const { code, err } = await type({}, 'hunt', '--resume');
    expect([code, err]).toEqual([2, expect.stringContaining('HISTORY_NO_HUNT')]);
  });
});

test('a hunt that cannot go on has failed, and is not resumed', async () => {
  const machine = fakeMachine();
  const suite: FakeSuite = { ...wobbling, hostDies: (run) => (run > 2 ? 'beforeTests' : null) };
  expect((await type({ machine, suite }, 'hunt')).code).toBe(3);
  machine.processes.kill(1);
  const { err } = await type({ machine, pid: 2 }, 'hunt', '--resume', 'hunt-1');
  expect(err).toContain('has ended: failed');
  expect((await type({ machine }, 'report')).out).toContain('wobbles');
});

test.each([
  ['lost', 'before'],
  ['carried out', 'wrote'],
] as const)(
  'a write of which nobody can tell, and which was %s, is made sure of',
  async (_, when) => {
    await type({}, 'hunt', '--runs', '3', '--report', 'json=whole.json');
    for (let doubtful = 1; doubtful <= 8; doubtful++) {
      const machine = fakeMachine();
      const doubt = (nth: number): void => {
        if (nth !== doubtful) return;
        throw new FlakehoundError('STORE_OUTCOME_UNKNOWN', 'its owner went', { hint: 'look' });
      };
      const wrapStore = (store: JobStore): JobStore => watchedStore(store, { [when]: doubt });
      const { err } = await type({ machine, wrapStore }, 'hunt', '--runs', '3');
      expect(err, `write ${doubtful}`).toBe('');
      await type({ machine }, 'report', 'hunt-1', '--report', 'json=stored.json');
      const { hunt, ...found } = await readReport('stored.json');
      expect(hunt.runs.done).toBe(3);
      expect(found, `write ${doubtful}`).toEqual(
        (({ hunt: _, ...rest }) => rest)(await readReport('whole.json')),
      );
      const counts = [...(machine.stores.get(cwd)?.jobs.values() ?? [])].map(
        ({ status }) => status,
      );
      expect(counts, `write ${doubtful}`).not.toContain('active');
    }
  },
);

describe('where the store does not work, a hunt', () => {
  const stored = (): Promise<HuntReport> => readReport('.flakehound/hunts/hunt-1.json');

  test('goes on from the start, and leaves its report as a file', async () => {
    const storeFails = new FlakehoundError('STORE_LOCKED', 'somebody has it', { hint: 'wait' });
    const { code, err, out } = await type({ storeFails }, 'hunt', '--runs', '4');
    expect(code).toBe(1);
    expect(err).toContain('history: somebody has it (STORE_LOCKED)\n  wait\n');
    expect(out).toContain('wobbles');
    expect((await stored()).hunt.runs.done).toBe(4);
  });

  test('goes on from any write that fails, says so once, and leaves its report as a file', async () => {
    for (let from = 1; from <= 8; from++) {
      const before = (nth: number): void => {
        if (nth < from) return;
        throw new FlakehoundError('STORE_READ_ONLY', 'the disk is gone', { hint: 'look' });
      };
      const wrapStore = (store: JobStore): JobStore => watchedStore(store, { before });
      const { code, err } = await type({ wrapStore }, 'hunt', '--runs', '3');
      expect(code, `write ${from}`).toBe(1);
      expect(err.match(/history:/g), `write ${from}`).toHaveLength(1);
      expect((await stored()).hunt.runs.done, `write ${from}`).toBe(3);
      rmSync(join(cwd, '.flakehound'), { recursive: true });
    }
  });

  test('shows a report that is a file all the same', async () => {
    await type({}, 'hunt', '--runs', '2', '--report', 'json=a.json');
    const storeFails = new FlakehoundError('STORE_LOCKED', 'somebody has it', { hint: 'wait' });
    expect((await type({ storeFails }, 'report', 'a.json')).code).toBe(0);
    expect((await type({ storeFails }, 'report')).err).toContain('STORE_LOCKED');
  });
});
