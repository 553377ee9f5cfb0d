export interface Autosave {
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
}

/** Calls `save` again and again, `pauseMs` after it last ended, until stopped. */
export function startAutosave(save: () => Promise<void>, pauseMs: number): Autosave {
  let running = Promise.resolve();
  let stopped = false;
  let timer = setTimeout(tick, pauseMs);

  function tick(): void {
    running = save()
      .catch(() => {}) // the next save makes up for it
      .then(() => {
        if (!stopped) timer = setTimeout(tick, pauseMs);
      });
  }

  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
