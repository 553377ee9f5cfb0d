import type { HuntEvent } from '../events.js';
import { renderLive } from '../report/live.js';
import { renderPlainProgress } from '../report/plainProgress.js';
import type { Tally } from '../stats/tally.js';
import type { Io } from './io.js';

/** What a hunt shows on stderr while it runs. */
export interface ProgressDisplay {
  /** After the tally has taken it in. */
  see(event: HuntEvent): void;
  /** Takes the live region away; nothing is shown any more. */
  end(): void;
}

const livePeriodMs = 100;
/** Keeps elapsed time moving while nothing happens. */
const idlePeriodMs = 1_000;
const plainPeriodMs = 10_000;

/**
 * A live region on a terminal; elsewhere, and in CI, a line now and then.
 *
 * @param resumedAfterMs - what the hunt had taken when it was cut off; the pause since counts for
 * nothing. null for a hunt that begins now
 */
export function createProgressDisplay(
  io: Pick<Io, 'err' | 'env' | 'clock'>,
  tally: Tally,
  resumedAfterMs: number | null = null,
): ProgressDisplay {
  const { err, clock } = io;
  const live = err.isTTY && !isSet(io.env.CI);
  const periodMs = live ? livePeriodMs : plainPeriodMs;
  let shownAt = clock.now();
  let pausedMs = 0;
  let stop: (() => void) | null = null;
  let ended = false;

  const show = (): void => {
    if (ended || clock.now() - shownAt < periodMs) return;
    shownAt = clock.now();
    const view = tally.live(clock.date().getTime() - pausedMs);
    if (live) err.redraw(renderLive(view, { columns: err.columns, colour: err.colour }));
    else void err.write(`${renderPlainProgress(view)}\n`);
  };

  return {
    see(event) {
      if (event.type === 'huntStarted') {
        stop = clock.every(Math.max(periodMs, idlePeriodMs), show);
        if (resumedAfterMs !== null) {
          const sinceMs = clock.date().getTime() - Date.parse(event.startedAt);
          pausedMs = Math.max(0, sinceMs - resumedAfterMs);
        }
      }
      show();
    },
    end() {
      if (ended) return;
      ended = true;
      stop?.();
      if (live) err.clear();
    },
  };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}
