import type { ErrorEvent, Health, StoreReport } from '../../src/index.js';
import { wrap } from '../report/fitText.js';
import { count, counted } from '../report/format.js';

/** What is wrong with a store, the worst first, then what it is. */
export function checkText(report: StoreReport, columns: number): string {
  const { findings, dir, lsn, checkpoints, holder } = report;
  const lines = findings.flatMap(({ severity, file, offset, what, hint }) => {
    const place = offset === undefined ? file : `${file} at byte ${offset}`;
    // Some sentences name the file themselves.
    const sentence = what.startsWith(file) ? what : `${place}: ${what}`;
    return [
      ...row([severity, sentence], severityWidth, columns),
      ...row(['', hint], severityWidth, columns),
    ];
  });
  const [newest] = checkpoints;
  const known = [
    lsn !== null && `up to record ${count(lsn)}`,
    newest !== undefined && `newest checkpoint of ${counted(newest.jobs, 'job')}`,
    holder !== null && `${holder.state === 'alive' ? '' : 'perhaps '}held by process ${holder.pid}`,
  ].filter((one) => one !== false);
  const last = wrap(`${judgement(report)}: ${[dir, ...known].join(', ')}`, columns);
  return [...lines, ...last].map((line) => `${line}\n`).join('');
}

const severityWidth = 'warning'.length;

function judgement({ findings }: StoreReport): string {
  if (findings.some(({ severity }) => severity === 'error')) return 'damaged';
  return findings.some(({ severity }) => severity === 'warning') ? 'needs attention' : 'sound';
}

/** A name and a fact beside it, over as many lines as it takes. */
function row([name, fact]: readonly [string, string], width: number, columns: number): string[] {
  const lines = wrap(fact, Math.max(20, columns - width - 2));
  return lines.map((line, at) => `${(at === 0 ? name : '').padEnd(width)}  ${line}`);
}

/** How a store is, a line for each fact. */
export function statsText(
  health: Health,
  unresolved: readonly ErrorEvent[],
  columns: number,
): string {
  const { jobs, sizes, counters, lastCheckpoint, recovery } = health;
  const byStatus = Object.entries(jobs).map(([status, number]) => `${count(number)} ${status}`);
  const all = Object.values(jobs).reduce((sum, number) => sum + number, 0);
  const facts: [string, string][] = [
    ['status', statusText(health)],
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
    ...(recovery.wasClosed
      ? []
      : [['before', 'the last owner ended without closing the store'] as [string, string]]),
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
  return facts
    .flatMap((fact) => row(fact, width, columns))
    .map((line) => `${line}\n`)
    .join('');
}

/** A store that nobody holds is opened to be read: that it takes no writes then says nothing. */
function statusText({ status, reasons, role }: Health): string {
  if (status !== 'readOnly') return [status, ...reasons].join('; ');
  if (role === 'guest') return ['takes no writes', ...reasons].join('; ');
  return ['readable', ...reasons.filter((reason) => reason !== 'the log is readOnly')].join('; ');
}

const isoTime = (at: number): string => new Date(at).toISOString();
