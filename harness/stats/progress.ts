import type {
  ConditionName,
  HuntAsked,
  HuntEvent,
  HuntStarted,
  RemainingEstimated,
  RunStarted,
} from '../events.js';
import type { LiveView } from './liveView.js';

/** The part of a live view that tells how far the hunt is. */
export type HowFar = Pick<
  LiveView,
  'runsDone' | 'runsAsked' | 'condition' | 'run' | 'filesDone' | 'filesInRun' | 'elapsedMs'
> &
  Pick<LiveView, 'etaMs' | 'remaining'>;

/** Follows a hunt's runs, to say how far it is and when it ends. */
export class Progress {
  #started: HuntStarted | null = null;
  #current: RunStarted | null = null;
  #remaining: RemainingEstimated | null = null;
  #filesDone = 0;
  #completed = 0;
  #crashed = 0;
  #runsMs = 0;

  get completed(): number {
    return this.#completed;
  }

  get crashed(): number {
    return this.#crashed;
  }

  /** Time spent in runs that are over. */
  get runsMs(): number {
    return this.#runsMs;
  }

  add(event: HuntEvent): void {
    switch (event.type) {
      case 'huntStarted':
        this.#started = event;
        return;
      case 'runStarted':
        this.#current = event;
        this.#filesDone = 0;
        return;
      case 'fileFinished':
        this.#filesDone += 1;
        return;
      case 'runFinished':
        this.#current = null;
        this.#filesDone = 0;
        this.#runsMs += event.durationMs;
        if (event.status === 'completed') this.#completed += 1;
        if (event.status === 'crashed') this.#crashed += 1;
        return;
      case 'remainingEstimated':
        this.#remaining = event;
        return;
      default:
        return;
    }
  }

  /** @param nowMs - on the clock that gave the hunt's `startedAt`, ms since 1970 */
  at(nowMs: number): HowFar {
    const started = this.#started;
    const elapsedMs = started === null ? 0 : Math.max(0, nowMs - Date.parse(started.startedAt));
    const runsDone = this.#completed + this.#crashed;
    const runsAsked = started === null ? null : allRuns(started.asked, started.conditions);
    const remaining = this.#remaining;
    return {
      runsDone,
      runsAsked,
      condition: this.#current?.condition ?? null,
      run: this.#current?.run ?? null,
      filesDone: this.#filesDone,
      filesInRun: this.#current?.files ?? 0,
      elapsedMs,
      etaMs: this.#eta(elapsedMs, runsDone, runsAsked),
      remaining:
        remaining === null ? null : { runs: remaining.runs, unsettled: remaining.unsettled },
    };
  }

  /** The earliest of the ends that were asked for. */
  #eta(elapsedMs: number, runsDone: number, runsAsked: number | null): number | null {
    const underWay =
      this.#current === null ? 0 : this.#filesDone / Math.max(1, this.#current.files);
    const progress = runsDone + Math.min(1, underWay);
    const msPerRun = progress === 0 ? null : elapsedMs / progress;
    const ends: number[] = [];
    if (msPerRun !== null && runsAsked !== null) ends.push((runsAsked - progress) * msPerRun);
    if (msPerRun !== null && this.#remaining !== null) {
      ends.push((this.#remaining.runs - Math.min(1, underWay)) * msPerRun);
    }
    const forMs = this.#started?.asked.forMs ?? null;
    if (forMs !== null) ends.push(forMs - elapsedMs);
    return ends.length === 0 ? null : Math.max(0, Math.min(...ends));
  }
}

/** Runs asked for over all conditions; null when something else ends the hunt. */
export const allRuns = (asked: HuntAsked, conditions: readonly ConditionName[]): number | null =>
  asked.runs === null ? null : asked.runs * Math.max(1, conditions.length);
