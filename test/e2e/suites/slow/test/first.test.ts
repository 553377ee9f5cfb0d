import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

function note(what: string): void {
  appendFileSync(join(process.env.E2E_STATE ?? '', 'spans'), `${what} first\n`);
}

test('takes a while', { timeout: 60_000 }, async () => {
  note('begin');
  await new Promise((resolve) => setTimeout(resolve, 400));
  note('end');
  expect(1).toBe(1);
});
