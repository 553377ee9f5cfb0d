import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How many times this was called with this name since the hunt began; each call counts. */
export function nth(name: string): number {
  const path = join(process.env.E2E_STATE ?? '', name);
  appendFileSync(path, '.');
  return statSync(path).size;
}
