import type { ErrorEvent, Health, StoreReport } from '../../src/index.js';
import { count, counted } from '../report/format.js';

/** What is wrong with a store, the worst first, then what it is. */
export function checkText({ findings, ok, dir, lsn, checkpoints, holder }: StoreReport): string {
  const lines = findings.flatMap(({ severity, file, offset, what, hint }) => [
    `${severity.padEnd('warning'.length)}  ${file}${offset === undefined ? '' : ` at byte ${offset}`}: ${what}`,
    `         ${hint}`,
  ]);
  const [newest] = checkpoints;
  const known = [
    lsn !== null && `up to record ${count(lsn)}`,
    newest !== undefined && `newest checkpoint of ${counted(newest.jobs, 'job')}`,
    holder !== null && `held by process ${holder.pid}`,
  ].filter((one) => one !== false);
  return [...lines, `${ok ? 'sound' : 'damaged'}: ${[dir, ...known].join(', ')}`]
    .map((line) => `${line}\n`)
    .join('');
}

const statusWords: Readonly<Record<Health['status'], string>> = {
  healthy: 'healthy',
  degraded: 'degraded',
  readOnly: 'readable; it was opened to be read alone',
  closed: 'closed',
};

/** How a store is, a line for each fact. */
export function statsText(health: Health, unresolved: readonly ErrorEvent[]): string {
  const { jobs, sizes, counters, lastCheckpoint, recovery } = health;
  const byStatus = Object.entries(jobs).map(([status, number]) => `${count(number)} ${status}`);
  const all = Object.values(jobs).reduce((sum, number) => sum + number, 0);
  const facts: [string, string][] = [
    ['status', [statusWords[health.status], ...health.reasons].join('; ')],
    ['jobs', `${count(all)}: ${byStatus.join(', ')}`],
    ['log', `${count(sizes.log)} bytes, up to record ${count(health.lsn)}`],
    [
      'checkpoint',
      lastCheckpoint === null
        ? 'none yet'
        : `${count(sizes.checkpoint)} bytes, up to record ${count(lastCheckpoint.lsn)}, of ${isoTime(lastCheckpoint.at)}`,
    ],
    ['job logs', `${count(sizes.jobLogs)} bytes`],
    ['opened', counted(health.epoch, 'time')],
    ['breaker', health.breaker],
    ['retries', `${count(counters.retries)}, conflicts ${count(counters.conflicts)}`],
    ['replayed', counted(recovery.replayedRecords, 'record')],
    ...(recovery.tornBytes > 0
      ? [
          [
            'cut off',
            `${count(recovery.tornBytes)} bytes, kept in ${recovery.keptIn.join(', ')}`,
          ] as [string, string],
        ]
      : []),
    ...recovery.notes.map((note): [string, string] => ['note', note]),
    ...unresolved.map((event): [string, string] => [
      event.severity,
      `${event.message} (${event.code}, ${isoTime(event.lastAt)}${event.count > 1 ? `, ${count(event.count)} times` : ''})`,
    ]),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, fact]) => `${name.padEnd(width)}  ${fact}\n`).join('');
}

const isoTime = (at: number): string => new Date(at).toISOString();
