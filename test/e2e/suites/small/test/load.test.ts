import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Processes of this hunt, known by the mark in their environment. */
function family(): number {
  const mark = `FLAKEHOUND_E2E_MARK=${process.env.FLAKEHOUND_E2E_MARK ?? ''}`;
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  }).length;
}

test('notes how many processes there are', () => {
  if (existsSync('/proc/self/environ')) appendFileSync(join(process.env.E2E_STATE ?? '', 'family'), `${family()}\n`);
  expect(1).toBe(1);
});
