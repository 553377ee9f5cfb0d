import type { Job, LogEntry } from '../../../src/jobs/job.js';

/** Everything that a store shows of jobs and their logs. */
export interface Contents {
  /** In the order of their creation. */
  readonly jobs: readonly Job[];
  /** Of all jobs, oldest first. */
  readonly logs: readonly LogEntry[];
}

/** Contents as text: two have the same text exactly if nothing tells them apart. */
export function canon({ jobs, logs }: Contents): string {
  const lines = [
    ...jobs.map((job) => JSON.stringify(jobMembers.map((member) => job[member]))),
    ...logs.map((entry) => JSON.stringify(logMembers.map((member) => entry[member]))),
  ];
  return lines.join('\n');
}

/** The same, whatever the order of the logs of different jobs. */
export function canonApart({ jobs, logs }: Contents): string {
  return canon({ jobs, logs: [...logs].sort(byJob) });
}

function byJob(a: LogEntry, b: LogEntry): number {
  if (a.jobId === b.jobId) return a.number - b.number;
  return a.jobId < b.jobId ? -1 : 1;
}

const jobMembers = [
  'id',
  'type',
  'status',
  'progress',
  'version',
  'createdAt',
  'updatedAt',
  'startedAt',
  'finishedAt',
  'cancelRequestedAt',
  'parent',
  'data',
  'result',
  'error',
] as const satisfies readonly (keyof Job)[];

const logMembers = [
  'jobId',
  'number',
  'at',
  'level',
  'message',
  'fields',
] as const satisfies readonly (keyof LogEntry)[];
