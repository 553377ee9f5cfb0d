import { expect, inject, test } from 'vitest';

test('globalSetup provides', () => {
  expect(inject('token')).toBe('set up 1');
});

test('globalSetup changes the environment', () => {
  expect(process.env.FROM_GLOBAL_SETUP).toBe('yes');
});
