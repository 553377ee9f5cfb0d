import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('quick', () => {
  appendFileSync(join(process.env.E2E_STATE ?? '', 'quick'), 'third\n');
  expect(1).toBe(1);
});

test('takes a while', { timeout: 60_000 }, async () => {
  await new Promise((resolve) => setTimeout(resolve, 400));
  appendFileSync(join(process.env.E2E_STATE ?? '', 'slow'), 'third\n');
});
