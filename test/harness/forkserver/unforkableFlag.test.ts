import { expect, test } from 'vitest';
import { unforkableFlag } from '../../../harness/forkserver/unforkableFlag.js';

const vitest = '/repo/node_modules/vitest';

test.each([
  [['--max-old-space-size=100', '--conditions', 'node'], null],
  [['--require', `${vitest}/suppress-warnings.cjs`], null],
  [['--require', `${vitest}/dist/../suppress-warnings.cjs`], null],
  [['--require', '/repo/setup.cjs'], '--require'],
  [['--require', `${vitest}-evil/setup.cjs`], '--require'],
  [['-r', './setup.cjs'], '-r'],
  [['--import', 'tsx'], '--import'],
  [['--import=tsx'], '--import=tsx'],
  [['--loader', 'x'], '--loader'],
  [['--inspect-brk=0'], '--inspect-brk=0'],
  [['--cpu-prof'], '--cpu-prof'],
  [['--experimental-import-meta-resolve'], null],
])('of %j: %s', (execArgv, flag) => {
  expect(unforkableFlag(execArgv, {}, vitest)).toBe(flag);
});

test('NODE_OPTIONS and coverage of the whole process count as well', () => {
  expect(unforkableFlag([], { NODE_OPTIONS: '--trace-uncaught --import tsx' }, vitest)).toBe(
    '--import',
  );
  expect(unforkableFlag([], { NODE_V8_COVERAGE: '/tmp/c' }, vitest)).toBe('NODE_V8_COVERAGE');
  expect(unforkableFlag([], { NODE_OPTIONS: '--max-old-space-size=64' }, vitest)).toBeNull();
});
