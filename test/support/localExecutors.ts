import { afterEach } from 'vitest';
import type { RunPlan } from '../../harness/runner/executor.js';
import type { contractSuite } from '../contract/contractSuite.js';
import { builtExecutor, suiteOptions, type WrittenSuite, writeSuite } from './builtExecutor.js';

const written: WrittenSuite[] = [];
afterEach(async () => {
  for (const suite of written.splice(0)) await suite.remove();
});

/** The first run, in declared order. */
export const plan: RunPlan = {
  run: 1,
  condition: 'baseline',
  orderSeed: null,
  seed: 1,
  serial: false,
  only: null,
};
export const never: AbortSignal = new AbortController().signal;

/** The built executor over a suite written for one test. */
export async function executorOver(
  via: 'auto' | 'vitest',
  sources: Readonly<Record<string, string>>,
) {
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

/** What a contract suite is, as files to write. */
export const sourcesOf = (files: typeof contractSuite): Record<string, string> =>
  Object.fromEntries(files.map(({ file, source }) => [file, source]));
