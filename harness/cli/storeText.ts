import type { ErrorEvent, Health, JobStore } from '../../src/index.js';
import { count, counted } from '../report/format.js';

const pageSize = 500;

/** Each job as a line of JSON, oldest first, followed by lines of its log. */
export async function* exportLines(store: JobStore): AsyncGenerator<string> {
  let after: string | undefined;
  for (;;) {
    const page = await store.list({ limit: pageSize, ...(after === undefined ? {} : { after }) });
    for (const job of page) {
      yield `${JSON.stringify({ job })}\n`;
      for (const log of await store.logs(job.id)) yield `${JSON.stringify({ log })}\n`;
    }
    if (page.length < pageSize) return;
    after = page.at(-1)?.id;
  }
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
