import { setTimeout } from 'node:timers/promises';

export type Sleep = (ms: number) => Promise<unknown>;

/** Calls `work` up to `tries` times; waits 10 ms after the first failure, then twice as long each time. */
export async function retry<T>(
  work: () => Promise<T>,
  tries: number,
  sleep: Sleep = setTimeout,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries) throw error;
      await sleep(10 * 2 ** (attempt - 1));
    }
  }
}
