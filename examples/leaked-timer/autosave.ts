/** Calls `save` every `everyMs` milliseconds until stopped. */
export function startAutosave(save: () => void, everyMs: number): { stop(): void } {
  const timer = setInterval(save, everyMs);
  return { stop: () => clearInterval(timer) };
}
