import type { LiveView } from '../stats/liveView.js';
import { count, counted, duration, speed } from './format.js';

/** How far a hunt is, on one line, for logs that can't be redrawn. */
export const renderPlainProgress = (view: LiveView): string =>
  [...whereWords(view), ...soFarWords(view)].join(', ');

/** Runs done of asked, and the time that is left or gone. */
export function whereWords(view: LiveView): string[] {
  const { runsDone, runsAsked, run, condition, etaMs, elapsedMs } = view;
  const runs =
    runsAsked === null
      ? `${counted(runsDone, 'run')} done`
      : `${count(runsDone)} of ${counted(runsAsked, 'run')} done`;
  return [
    runs,
    ...(run !== null && condition !== null && condition !== 'baseline' ? [`now ${condition}`] : []),
    etaMs === null ? `${duration(elapsedMs)} so far` : `${duration(etaMs)} left`,
  ];
}

/** What was seen so far, and what a proof still takes. */
export function soFarWords(view: LiveView): string[] {
  const { attempts, attemptsPerSecond, flaky, broken, fileFailures, remaining } = view;
  return [
    `${counted(attempts, 'attempt')} (${speed(attemptsPerSecond)})`,
    `${count(flaky.length)} flaky`,
    `${count(broken)} broken`,
    ...(fileFailures > 0 ? [counted(fileFailures, 'file failure')] : []),
    ...(remaining === null ? [] : [remainingWords(remaining)]),
  ];
}

const remainingWords = ({ runs, unsettled }: { runs: number; unsettled: number }): string =>
  unsettled === 0
    ? 'all tests settled'
    : `${counted(unsettled, 'test')} unsettled, ${counted(runs, 'more run', 'more runs')} at worst`;
