import { expect, test } from 'vitest';

declare const BUILD_NAME: string;

test('a matcher from a setup file', () => {
  expect(4).toBeEven();
});

test('setup files run once for each file', () => {
  expect((globalThis as { setUps?: number }).setUps).toBe(1);
});

test('hooks of setup files run', () => {
  expect(process.env.FROM_SETUP_HOOK).toBe('yes');
});

test('env from the config and from a file', () => {
  expect(process.env.FROM_CONFIG).toBe('yes');
  expect(import.meta.env.FROM_CONFIG).toBe('yes');
  expect(import.meta.env.VITE_FROM_FILE).toBe('file');
});

test('mode and defines', () => {
  expect(import.meta.env.MODE).toBe('test');
  expect(BUILD_NAME).toBe('meaning');
});

test('CI is left alone', () => {
  expect(process.env.CI ?? 'unset').toBe('unset');
});

test('NO_COLOR is left alone', () => {
  expect(process.env.NO_COLOR ?? 'unset').toBe('unset');
});
