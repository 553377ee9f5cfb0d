import { greet } from 'greeter';
import { expect, test } from 'vitest';
import { next } from '../src/counter.js';

// Files share a worker's process where Vitest gives each a vm context only.
const sharesProcess = process.env.E2E_POOL?.startsWith('vm') ?? false;

const world = globalThis as { leak?: string };

test('modules are new to this file', () => {
  expect(next()).toBe(1);
  expect(next()).toBe(2);
});

test('packages are new to this file', () => {
  expect(greet('one')).toBe('hello one 1');
});

test('globals are new to this file', () => {
  expect(world.leak).toBeUndefined();
  world.leak = 'one';
  (Array.prototype as { leak?: string }).leak = 'one';
});

test('prototypes are new to this file, and this test comes after that one', () => {
  expect(([] as { leak?: string }).leak).toBe('one');
});

test.skipIf(sharesProcess)('the environment is new to this file', () => {
  expect(process.env.LEAK).toBeUndefined();
  process.env.LEAK = 'one';
});

test.skipIf(sharesProcess)('listeners are new to this file', () => {
  expect(process.listenerCount('leak' as 'exit')).toBe(0);
  process.on('leak' as 'exit', () => {});
});
