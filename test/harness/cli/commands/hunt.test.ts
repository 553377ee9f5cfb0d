import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dir } from 'tmp-promise';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../../../../harness/cli/runCli.js';
import { parseReport } from '../../../../harness/report/json.js';
import type { HuntReport } from '../../../../harness/stats/huntReport.js';
import { FlakehoundError } from '../../../../src/index.js';
import { type FakeSuite, fakeFile } from '../../../support/fakeExecutor.js';
import {
  type FakeIo,
  type FakeMachine,
  type FakeWorld,
  fakeIo,
  fakeMachine,
} from '../../../support/fakeIo.js';

let cwd = '';
let remove: () => Promise<void>;
beforeEach(async () => {
  const folder = await dir({ unsafeCleanup: true });
  cwd = folder.path;
  remove = folder.cleanup;
});
afterEach(() => remove());

const stable: FakeSuite = { files: [fakeFile('a.test.ts')] };
const flaky: FakeSuite = {
  files: [fakeFile('a.test.ts', { wobbles: (run) => (run % 2 ? 'failed' : 'passed') })],
};
const broken: FakeSuite = { files: [fakeFile('a.test.ts', { never: 'failed' })] };

const run = (io: FakeIo, ...argv: string[]) => runCli(argv, { version: '0.0.0', io });
const world = (more: FakeWorld = {}): FakeIo => fakeIo({ cwd, suite: stable, ...more });

describe('the exit code', () => {
  test.each([
    ['stable', stable, 'flaky', 0],
    ['flaky', flaky, 'flaky', 1],
    ['flaky', flaky, 'broken', 0],
    ['broken', broken, 'broken', 1],
    ['broken', broken, 'never', 0],
  ])('of a %s suite with --fail-on %s', async (_, suite, failOn, code) => {
    expect(await run(world({ suite }), 'hunt', '--runs', '4', '--fail-on', failOn)).toBe(code);
  });

  test.each([
    ['ENV_NO_VITEST', 3],
    ['ENV_CONFIG', 3],
    ['USAGE_NO_TESTS', 2],
    ['USAGE_PROJECT', 2],
  ] as const)('of a suite that does not open for %s', async (code, expected) => {
    const openFails = new FlakehoundError(code, 'it does not open', { hint: 'do that' });
    const io = world({ suite: { openFails } });
    expect(await run(io, 'hunt')).toBe(expected);
    expect(io.err.text).toBe(`error: it does not open (${code})\n  do that\n`);
    expect(io.out.text).toBe('');
    expect(await readdir(cwd), 'a folder that is no suite stays untouched').toEqual([]);
  });

  test('of our own error is 70, with its stack', async () => {
    const io = world({ suite: { openFails: new TypeError('x is undefined') } });
    expect(await run(io, 'hunt')).toBe(70);
    expect(io.err.text).toContain('not of your suite');
    expect(io.err.text).toContain('TypeError: x is undefined\n    at');
  });
});

test('the result goes to stdout, and nothing else does', async () => {
  const io = world({ suite: flaky });
  await run(io, 'hunt', '--runs', '4');
  expect(io.out.text).toContain('wobbles');
  expect(io.err.text).toBe('');
});

describe('what is left behind', () => {
  test('is one stored hunt, in a folder that keeps itself out of git', async () => {
    const machine = fakeMachine();
    await run(world({ machine }), 'hunt', '--runs', '2');
    expect(await readdir(cwd)).toEqual(['.flakehound']);
    // The fake's store has no files.
    expect(await readdir(join(cwd, '.flakehound'))).toEqual(['.gitignore']);
    expect(await readFile(join(cwd, '.flakehound/.gitignore'), 'utf8')).toBe('*\n');
    expect((await storedReport(machine, 'hunt-1')).hunt).toMatchObject({
      id: 'hunt-1',
      seed: 4711,
      command: ['flakehound', 'hunt', '--runs', '2'],
      runs: { asked: 2, done: 2, crashed: 0 },
    });
  });

  test('is every report that was asked for', async () => {
    await run(world(), 'hunt', '--report', 'json=a.json', '--report', 'junit=b.xml');
    expect((await readdir(cwd)).sort()).toEqual(['.flakehound', 'a.json', 'b.xml']);
    expect(await readFile(join(cwd, 'b.xml'), 'utf8')).toContain('<testsuite');
  });

  test('never touches a .gitignore that is there', async () => {
    await mkdir(join(cwd, '.flakehound'));
    await writeFile(join(cwd, '.flakehound/.gitignore'), 'mine\n');
    await run(world(), 'hunt', '--runs', '1');
    expect(await readFile(join(cwd, '.flakehound/.gitignore'), 'utf8')).toBe('mine\n');
  });

  test('is nothing where the state folder cannot be made, and no test was run', async () => {
    await writeFile(join(cwd, '.flakehound'), 'a file');
    const io = world();
    expect(await run(io, 'hunt')).toBe(3);
    expect(io.err.text).toContain('ENV_STATE_DIR');
    expect(io.executor.plans).toEqual([]);
    expect(io.executor.closed).toBe(1);
  });

  test('is the reports though the hunt cannot be stored, and the result is printed', async () => {
    const io: FakeIo = world({
      suite: {
        ...stable,
        onAttempt: () => writeFileSync(join(cwd, '.flakehound/hunts'), 'in the way'),
      },
      storeFails: new FlakehoundError('STORE_LOCKED', 'somebody has it', { hint: 'wait' }),
    });
    expect(await run(io, 'hunt', '--runs', '1', '--report', 'json=a.json')).toBe(3);
    expect(io.err.text).toContain('ENV_STATE_DIR');
    expect(io.out.text).toContain('1 stable');
    expect(await readdir(cwd)).toContain('a.json');
  });
});

test('a report that cannot be written any more is an error, and the others are written', async () => {
  await mkdir(join(cwd, 'sub'));
  const io = world({
    suite: {
      ...stable,
      onAttempt: () => rmSync(join(cwd, 'sub'), { recursive: true, force: true }),
    },
  });
  const reports = ['--report', 'json=sub/a.json', '--report', 'md=b.md'];
  expect(await run(io, 'hunt', '--runs', '1', ...reports)).toBe(3);
  expect(io.err.text).toContain('sub/a.json');
  expect(io.err.text).toContain('FILE_WRITE');
  expect(await readdir(cwd)).toContain('b.md');
});

test('annotations follow the table on stdout, but never the events', async () => {
  for (const json of [false, true]) {
    const io = world({ suite: broken });
    const line = ['hunt', '--runs', '2', '--report', 'github=gh.md', ...(json ? ['--json'] : [])];
    await run(io, ...line);
    expect(json ? io.err.text : io.out.text).toMatch(/^::error/m);
    expect(json ? io.out.text : io.err.text).not.toContain('::error');
  }
});

test('on a terminal the live region is gone before the table comes', async () => {
  const io: FakeIo = world({
    isTTY: true,
    suite: { ...stable, onAttempt: () => io.clock.advance(200) },
  });
  await run(io, 'hunt', '--runs', '3');
  expect(io.err.frames.length).toBeGreaterThan(1);
  expect(io.err.frames.at(-1)).toBe(null);
  expect(io.clock.pending).toBe(0);
});

test('--json prints every event on a line of its own and no table', async () => {
  const io = world();
  await run(io, 'hunt', '--runs', '1', '--json');
  const events = io.out.text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(events).toHaveLength(6);
  expect(events[0]).toMatchObject({ type: 'huntStarted', id: 'hunt-1' });
  expect(events.at(-1)).toMatchObject({ type: 'huntFinished', stopped: 'runsDone' });
});

describe('Ctrl-C', () => {
  test('prints and stores what was found until then, and exits with 130', async () => {
    const machine = fakeMachine();
    const io: FakeIo = world({
      machine,
      suite: { ...broken, onAttempt: (at) => at.run === 3 && io.abort() },
    });
    expect(await run(io, 'hunt', '--report', 'json=a.json')).toBe(130);
    expect(io.out.text).toContain('never');
    expect(io.err.text).toContain('flakehound hunt --resume hunt-1');
    expect(io.executor.closed).toBe(1);
    const written = parseReport(await readFile(join(cwd, 'a.json'), 'utf8'), 'a.json');
    expect(written.hunt).toMatchObject({ interrupted: true, runs: { done: 2 } });
    expect(await storedReport(machine, 'hunt-1')).toEqual(written);
  });

  test('gives the result before the suite is closed, which may take long', async () => {
    const io: FakeIo = world({
      suite: { ...broken, onAttempt: (at) => at.run === 2 && io.abort() },
    });
    let printed = '';
    const close = io.executor.close.bind(io.executor);
    io.executor.close = async () => {
      printed = io.out.text;
      await close();
    };
    expect(await run(io, 'hunt')).toBe(130);
    expect(printed).toContain('never');
    expect(io.err.text).toContain('once more to stop at once');
  });

  test('that makes the executor fail is still a Ctrl-C', async () => {
    const io: FakeIo = world({
      suite: {
        ...broken,
        onAttempt: ({ run: at }) => {
          if (at < 2) return;
          io.abort();
          throw new Error('channel closed');
        },
      },
    });
    expect(await run(io, 'hunt')).toBe(130);
    expect(io.out.text).toContain('never');
    expect(io.err.text).toContain('channel closed');
  });

  test('before the suite is open says so and leaves nothing', async () => {
    const io = world({ suite: { openHangs: true } });
    const running = run(io, 'hunt');
    while (io.executor.opened === 0) await new Promise(setImmediate);
    io.abort();
    expect(await running).toBe(130);
    expect(io.err.text).toContain('interrupted');
    expect(io.out.text).toBe('');
    expect(await readdir(cwd)).toEqual([]);
  });

  test('twice kills what the executor runs', async () => {
    const io: FakeIo = world({ suite: { ...stable, onAttempt: () => io.kill() } });
    await run(io, 'hunt', '--runs', '1');
    expect(io.executor.killed).toBe(1);
    io.kill();
    expect(io.executor.killed, 'and nothing once the hunt is over').toBe(1);
  });
});

test('a host that keeps dying still gives what was found before, then exits with 3', async () => {
  const io = world({
    suite: { ...broken, hostDies: (run) => (run > 2 ? 'beforeTests' : null) },
  });
  expect(await run(io, 'hunt', '--report', 'json=a.json')).toBe(3);
  expect(io.out.text).toContain('never');
  expect(io.err.text).toContain('ENV_HOST_LOST');
  const report = parseReport(await readFile(join(cwd, 'a.json'), 'utf8'), 'a.json');
  expect(report.hunt.runs).toMatchObject({ done: 2, crashed: 3 });
});

describe('options', () => {
  async function started(...argv: string[]): Promise<Record<string, unknown>> {
    const io = world({ suite: { ...broken, onAttempt: () => io.clock.advance(60_000) } });
    await run(io, 'hunt', '--json', ...argv);
    const first: Record<string, unknown> = JSON.parse(io.out.text.split('\n')[0] ?? '');
    return first;
  }
  const asked = { runs: null, forMs: null, untilFailure: false, prove: null };

  test.each([
    ['', { ...asked, runs: 20 }],
    ['--runs 3', { ...asked, runs: 3 }],
    ['--for 1.5m', { ...asked, forMs: 90_000 }],
    ['--for 250ms', { ...asked, forMs: 250 }],
    ['--for 1h --runs 2', { ...asked, forMs: 3_600_000, runs: 2 }],
    ['--until-failure', { ...asked, untilFailure: true }],
    ['--prove 1%', { ...asked, prove: 0.01 }],
    ['--prove 0.02 --runs 9', { ...asked, prove: 0.02, runs: 9 }],
  ])('%s asks for the right end', async (line, expected) => {
    const event = await started(...line.split(' ').filter((word) => word !== ''));
    expect(event.asked).toEqual(expected);
  });

  test.each([
    ['--seed 12', { seed: 12 }],
    ['', { seed: 4711, confidence: 0.95, conditions: ['baseline'], shard: null }],
    ['--confidence 99%', { confidence: 0.99 }],
    ['--conditions stressed,baseline', { conditions: ['stressed', 'baseline'] }],
    ['--shard 2/3', { shard: { index: 2, count: 3 } }],
  ])('%s is told by the first event', async (line, expected) => {
    const event = await started('--runs', '1', ...line.split(' ').filter((word) => word !== ''));
    expect(event).toMatchObject(expected);
  });

  test('of the suite reach the executor, complete', async () => {
    const plain = world();
    await run(plain, 'hunt', '--runs', '1');
    expect(plain.suites).toEqual([
      {
        root: cwd,
        config: null,
        projects: [],
        filters: [],
        testNamePattern: null,
        changed: null,
        shard: null,
        workers: null,
        stallMs: null,
        via: 'auto',
        globalSetup: 'everyRun',
      },
    ]);
    const full = world();
    await mkdir(join(cwd, 'sub'));
    const line =
      'hunt src/a b --runs 1 --root sub --config c.ts --project one --project two -t adds ' +
      '--shard 1/2 --workers 4 --timeout 5s --via vitest --global-setup once --changed=main';
    await run(full, ...line.split(' '));
    expect(full.suites).toEqual([
      {
        root: join(cwd, 'sub'),
        config: join(cwd, 'sub', 'c.ts'),
        projects: ['one', 'two'],
        filters: ['src/a', 'b'],
        testNamePattern: 'adds',
        changed: 'main',
        shard: { index: 1, count: 2 },
        workers: 4,
        stallMs: 5_000,
        via: 'vitest',
        globalSetup: 'once',
      },
    ]);
  });

  test('--changed without a ref means what is not committed', async () => {
    const io = world();
    await run(io, 'hunt', '--runs', '1', '--changed');
    expect(io.suites[0]?.changed).toBe(true);
  });

  test('what follows -- is a filter, whatever it looks like', async () => {
    const io = world();
    await run(io, 'hunt', '--runs', '1', '--', '--odd-name');
    expect(io.suites[0]?.filters).toEqual(['--odd-name']);
  });

  test('--order shuffled shuffles the baseline', async () => {
    const io = world();
    await run(io, 'hunt', '--runs', '2', '--order', 'shuffled');
    expect(io.executor.plans.map(({ orderSeed }) => typeof orderSeed)).toEqual([
      'number',
      'number',
    ]);
  });
});

/** The report of a hunt, as `flakehound report` writes it. */
async function storedReport(machine: FakeMachine, id: string): Promise<HuntReport> {
  const file = join(cwd, `.flakehound/${id}.json`);
  await run(world({ machine }), 'report', id, '--report', `json=${file}`);
  return parseReport(await readFile(file, 'utf8'), file);
}
