import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../harness/events.js';
import type { Executor, RunPlan } from '../../../harness/runner/executor.js';
import { findDescendants } from '../../../harness/runner/host/leftovers.js';
import { contractSuite } from '../../contract/contractSuite.js';
import { executorContract, type MakeExecutor } from '../../contract/executor.contract.js';
import {
  builtExecutor,
  suiteOptions,
  type WrittenSuite,
  writeSuite,
} from '../../support/builtExecutor.js';

// Each test starts the user's Vitest anew, some let a worker stall.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const written: WrittenSuite[] = [];
afterEach(async () => {
  for (const suite of written.splice(0)) await suite.remove();
});

const plan: RunPlan = {
  run: 1,
  condition: 'baseline',
  orderSeed: null,
  seed: 1,
  serial: false,
  only: null,
};
const never = new AbortController().signal;

async function executorOver(via: 'auto' | 'vitest', sources: Record<string, string>) {
  const suite = await writeSuite({
    'package.json': '{"type": "module"}',
    'vitest.config.js':
      "export default { test: { include: ['**/*.test.js'], testTimeout: 200 } };\n",
    ...sources,
  });
  written.push(suite);
  const { createLocalExecutor } = await builtExecutor();
  return createLocalExecutor(suiteOptions(suite.root, { via, stallMs: 4_000 }));
}

const sourcesOf = (files: typeof contractSuite) =>
  Object.fromEntries(files.map(({ file, source }) => [file, source]));

const withOrdinaryWorkers: MakeExecutor = (files) => executorOver('vitest', sourcesOf(files));

/** Files are forked from their second run on: the first one is carried out while it opens. */
const withForks: MakeExecutor = async (files) => {
  const executor = await executorOver('auto', sourcesOf(files));
  const warm: Executor = {
    async open() {
      const selection = await executor.open();
      for await (const _ of executor.run(plan, never));
      return selection;
    },
    run: (asked, signal) => executor.run(asked, signal),
    close: () => executor.close(),
  };
  return warm;
};

executorContract('the local executor with ordinary workers', withOrdinaryWorkers);
executorContract('the local executor with forks of templates', withForks);

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
