import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

const forever = ['-e', 'setInterval(() => {}, 1_000)'];

test('leaves a child', () => {
  expect(spawn(process.execPath, forever, { stdio: 'ignore' }).pid).toBeGreaterThan(0);
});

test('leaves a child that holds its output', () => {
  const child = spawn(process.execPath, forever, { stdio: 'inherit' });
  child.unref();
  expect(child.pid).toBeGreaterThan(0);
});

test('leaves a detached child', () => {
  const child = spawn(process.execPath, forever, { stdio: 'ignore', detached: true });
  child.unref();
  expect(child.pid).toBeGreaterThan(0);
});
