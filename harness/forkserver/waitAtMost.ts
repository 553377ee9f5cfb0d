/**
 * Waits for something that other processes must do, though for no longer than this.
 *
 * @returns whether it came
 */
export async function waitAtMost(limitMs: number, awaited: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([awaited.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long the kernel may take for a process that was killed, on a machine short of memory. */
export const killedLimitMs = 10_000;
