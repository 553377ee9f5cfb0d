import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../harness/events.js';
import type { Executor, RunPlan } from '../../../harness/runner/executor.js';
import { findDescendants } from '../../../harness/runner/host/leftovers.js';
import { contractSuite } from '../../contract/contractSuite.js';
import { executorOver, never, plan, sourcesOf } from '../../support/localExecutors.js';

// Each test starts the user's Vitest anew, some let a worker stall.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

/** Every event of one run. */
async function runOnce(executor: Executor, over: Partial<RunPlan> = {}): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of executor.run({ ...plan, ...over }, never)) events.push(event);
  return events;
}

const lines = (events: readonly RunEvent[]) =>
  events.flatMap((event) => {
    if (event.type === 'attemptFinished') {
      return `${event.test.file} ${event.test.name}: ${event.outcome.kind}`;
    }
    if (event.type === 'fileFailed') return `${event.file} ${event.phase}`;
    if (event.type === 'errorRaised') return `error: ${event.failure.message}`;
    if (event.type === 'noticeGiven') return `${event.code}: ${event.message}`;
    return event.type === 'runFinished' ? `run ${event.status}` : [];
  });

const passing = "import { test } from 'vitest';\ntest('passes', () => {});\n";

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'files are forked where that is possible, unless ordinary workers are asked for',
  async () => {
    for (const [via, kind] of [
      ['auto', 'forkServer'],
      ['vitest', 'vitest'],
    ] as const) {
      const executor = await executorOver(via, { 'a.test.js': passing });
      expect((await executor.open()).executor).toBe(kind);
      await executor.close();
    }
  },
);

test('a suite that leaves nothing is told nothing, also within a test of someone else’s', async () => {
  // As here: the worker that runs this very test hands its variables down.
  expect(process.env.VITEST_POOL_ID).toBeDefined();
  const executor = await executorOver('vitest', { 'a.test.js': passing });
  await executor.open();
  expect(lines(await runOnce(executor))).toEqual(['a.test.js passes: passed', 'run completed']);
  expect(lines(await runOnce(executor))).toEqual(['a.test.js passes: passed', 'run completed']);
  await executor.close();
});

describe('a suite that kills its host', () => {
  const kills = "process.kill(process.ppid, 'SIGKILL'); await new Promise(() => {});";

  test('in a test: that test has crashed, and all others have their results', async () => {
    const executor = await executorOver('vitest', {
      'a.test.js': passing,
      'kills.test.js': `import { test } from 'vitest';\ntest('before', () => {});\ntest('kills', async () => { ${kills} });\n`,
      'z.test.js': passing,
    });
    await executor.open();
    const told = lines(await runOnce(executor, { serial: true }));
    expect([...told].sort()).toEqual([
      'a.test.js passes: passed',
      'kills.test.js before: passed',
      'kills.test.js kills: crashed',
      'run completed',
      'z.test.js passes: passed',
    ]);
    const again = lines(await runOnce(executor, { only: [{ project: '', file: 'a.test.js' }] }));
    expect(again).toEqual(['a.test.js passes: passed', 'run completed']);
    await executor.close();
  });

  test('beside others: the innocent ones are run again, alone', async () => {
    const executor = await executorOver('vitest', {
      'kills.test.js': `import { test } from 'vitest';\ntest('kills', async () => { ${kills} });\n`,
      'slow.test.js':
        "import { test } from 'vitest';\ntest('slow', () => new Promise((r) => setTimeout(r, 150)));\n",
    });
    await executor.open();
    expect([...lines(await runOnce(executor))].sort()).toEqual([
      'kills.test.js kills: crashed',
      'run completed',
      'slow.test.js slow: passed',
    ]);
    await executor.close();
  });

  test('whenever it is set up: the run is given up, not repeated for ever', async () => {
    const executor = await executorOver('vitest', {
      'a.test.js': passing,
      'vitest.config.js':
        "export default { test: { include: ['**/*.test.js'], globalSetup: './setup.js' } };\n",
      'setup.js': "export default () => process.kill(process.pid, 'SIGKILL');\n",
    });
    await executor.open();
    const told = lines(await runOnce(executor));
    expect(told.at(-1)).toBe('run crashed');
    expect(new Set(told.slice(0, -1))).toEqual(
      new Set(['error: killed by SIGKILL while no file ran; none did it again alone']),
    );
    await executor.close();
  });
});

describe.runIf(process.platform === 'linux')('closing leaves no process', () => {
  const passes = sourcesOf(contractSuite.filter(({ file }) => file === 'passes.test.js'));
  const hosts = () =>
    findDescendants(process.pid).filter(({ pid }) => commandOf(pid).includes('host/main.js'));

  test('in the middle of a run, which ends', async () => {
    const executor = await executorOver('vitest', {
      ...passes,
      'slow.test.js':
        "import { test } from 'vitest';\ntest('slow', () => new Promise((r) => setTimeout(r, 60_000)), 90_000);\n",
    });
    await executor.open();
    const events: RunEvent[] = [];
    for await (const event of executor.run(plan, never)) {
      events.push(event);
      if (event.type === 'fileFinished') await executor.close();
    }
    expect(events.filter(({ type }) => type === 'runFinished')).toMatchObject([
      { status: 'interrupted' },
    ]);
    expect(hosts()).toEqual([]);
  });

  test('by force, in the middle of a run, which ends', async () => {
    const executor = await executorOver('vitest', passes);
    await executor.open();
    const run = executor.run(plan, never)[Symbol.asyncIterator]();
    const first = run.next();
    executor.kill();
    const last: unknown[] = [(await first).value];
    for (;;) {
      const { done, value } = await run.next();
      if (done) break;
      last.push(value);
    }
    expect(last.at(-1)).toMatchObject({ type: 'runFinished', status: 'interrupted' });
    expect(hosts()).toEqual([]);
    await executor.close();
  });

  test('while it opens, at whatever point', async () => {
    const executor = await executorOver('vitest', passes);
    const opening = executor.open().then(
      () => 'opened',
      () => 'refused',
    );
    await executor.close();
    expect(await opening).toBe('refused');
    expect(hosts()).toEqual([]);
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

test('an executor that is closed while its folder is being made leaves none', async () => {
  const executor = await executorOver('vitest', { 'a.test.js': passing });
  const own = await mkdtemp(join(tmpdir(), 'closing-'));
  vi.stubEnv('TMPDIR', own);
  try {
    const opening = executor.open().catch(() => undefined);
    await executor.close();
    // The process may end here: nothing is cleared up any later.
    expect(await readdir(own)).toEqual([]);
    await opening;
    expect(await readdir(own)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await rm(own, { recursive: true });
  }
});
