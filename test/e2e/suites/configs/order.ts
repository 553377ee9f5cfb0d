import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

let place = 0;

/** Leaves a line in the order of execution, and counts within this module's life. */
export function trace(name: string): number {
  appendFileSync(join(process.env.E2E_STATE ?? '', 'order'), `${name}\n`);
  place += 1;
  return place;
}
