/** Entry of the process behind `rerun`: what a small script by the user could do by itself. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestCase } from 'vitest/node';
import type { RerunAnswer } from './rerun.js';

process.env.NODE_ENV ??= 'test';
process.env.VITEST ??= 'true';
process.env.TEST ??= 'true';

const root = process.cwd();
const workers = Number(process.argv[2]);
const entry = createRequire(join(root, 'package.json')).resolve('vitest/node');
const { createVitest } = (await import(pathToFileURL(entry).href)) as typeof import('vitest/node');

let counts = { passed: 0, failed: 0 };
const reporter = {
  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'passed') counts.passed += 1;
    else counts.failed += 1;
  },
};
const vitest = await createVitest(
  'test',
  { root, watch: false, run: true, api: false, maxWorkers: workers, reporters: [reporter] },
  { server: { middlewareMode: true, watch: null } },
);
const specifications = await vitest.globTestSpecifications();
answer(counts);

process.on('message', async () => {
  counts = { passed: 0, failed: 0 };
  await vitest.runTestSpecifications(specifications, true);
  answer(counts);
});
process.on('disconnect', async () => {
  await vitest.close();
  process.exit(0);
});

function answer(result: RerunAnswer): void {
  process.send?.(result);
}
