import { expect, test } from 'vitest';
import { packageOf, unforgiven } from '../../../../harness/forkserver/template/forgiven.js';

test.each([
  ['/repo/node_modules/lodash/lodash.js', 'lodash'],
  ['file:///repo/node_modules/@scope/name/dist/index.js', '@scope/name'],
  ['/repo/node_modules/.pnpm/zod@4.0.0/node_modules/zod/index.js', 'zod'],
  ['/repo/src/lodash/index.js', null],
])('%s belongs to %s', (path, name) => {
  expect(packageOf(path)).toBe(name);
});

test('a known package is forgiven what it is known for, and nothing else', () => {
  const lodash = '/repo/node_modules/lodash/lodash.js';
  expect(unforgiven(lodash, ['calls Date.now'])).toBeNull();
  expect(unforgiven(lodash, ['calls Date.now', 'calls Math.random'])).toBe('calls Math.random');
});

test('a package with a name like a known one is not', () => {
  expect(unforgiven('/repo/node_modules/lodash2/index.js', ['calls Date.now'])).toBe(
    'calls Date.now',
  );
});
