import type { Interval } from '../stats/huntReport.js';

/** `13.9 %`, `<0.1 %`, `>99.9 %`; `0 %` and `100 %` only for exactly that. */
export function percent(ratio: number): string {
  if (ratio <= 0) return '0 %';
  if (ratio >= 1) return '100 %';
  if (ratio < 0.0005) return '<0.1 %';
  if (ratio >= 0.9995) return '>99.9 %';
  return `${(ratio * 100).toFixed(1)} %`;
}

/** A rate or confidence that somebody chose, without needless digits: `1 %`, `0.05 %`, `99.9 %`. */
export const chosenPercent = (ratio: number): string => `${Number((ratio * 100).toPrecision(6))} %`;

/** `13.3 % to 23.9 %`, or the one bound that an exact interval has. */
export function interval({ low, high, method }: Interval): string {
  if (method === 'exact' && low <= 0) return `at most ${percent(high)}`;
  if (method === 'exact' && high >= 1) return `at least ${percent(low)}`;
  return `${percent(low)} to ${percent(high)}`;
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `8,240` */
export const count = (n: number): string => grouped.format(n);

/** `1 run`, `20 runs` */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

/** The two largest units: `850 ms`, `12.3 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(ms / 60_000);
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  `${count(large)} ${largeUnit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`;

/** Attempts per second: `670/s`, `2.4/s`. */
export const speed = (perSecond: number): string =>
  `${perSecond < 9.95 ? perSecond.toFixed(1) : count(perSecond)}/s`;

/** Names the project only where the suite has any. */
export const withProject = (file: string, project: string): string =>
  project === '' ? file : `[${project}] ${file}`;
