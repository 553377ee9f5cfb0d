import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Handles that a template has by design: its output, its message channel. */
const permanent = new Set(['PipeWrap', 'Pipe', 'TTYWrap']);

const quietLimitMs = 5_000;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export const busyResources = (): string[] =>
  process.getActiveResourcesInfo().filter((each) => !permanent.has(each));

/**
 * Waits until nothing is under way in this process: a copy would have half of it.
 *
 * @throws when something stays under way
 */
export async function becomeQuiet(): Promise<void> {
  const start = process.hrtime.bigint();
  for (let quiet = 0; quiet < 3; ) {
    await turn();
    // Our own turn is over when we look.
    const busy = busyResources().filter((each) => each !== 'Immediate');
    quiet = busy.length === 0 ? quiet + 1 : 0;
    if (Number(process.hrtime.bigint() - start) / 1e6 > quietLimitMs) {
      throw new Error(`the template does not come to rest: ${busy.join(', ')}`);
    }
  }
}

/** Moves what will stay to where a child's own collections need not touch it. */
export function collectGarbage(): void {
  // Off again afterwards: contexts made by tests must not have `gc`.
  const own = Reflect.get(globalThis, 'gc') as ((options?: object) => void) | undefined;
  if (own === undefined) setFlagsFromString('--expose-gc');
  const gc = own ?? (runInNewContext('gc') as (options?: object) => void);
  if (own === undefined) setFlagsFromString('--no-expose-gc');
  gc({ type: 'minor' });
  gc({ type: 'minor' });
}
