import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Leaves a line in the order in which tests were really carried out. */
function trace(name: string): void {
  appendFileSync(join(process.env.E2E_STATE ?? '', 'order'), `four/${name}\n`);
}

for (const name of ['a', 'b', 'c', 'd', 'e']) {
  test(name, () => {
    trace(name);
    expect(name).toHaveLength(1);
  });
}
