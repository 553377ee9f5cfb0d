import { expect, inject, test } from 'vitest';

test('knows its project', () => {
  expect(['plain', 'twin']).toContain(inject('side'));
});

test('fails in the twin only', () => {
  expect(inject('side')).toBe('plain');
});
