import type { Job, LogEntry } from '../../../../src/jobs/job.js';
import type { ErrorEvent, JobStore } from '../../../../src/jobs/jobStore.js';
import { openStore } from '../../../../src/openStore.js';
import type { StoreMachine } from '../../../support/storeMachine.js';

const sizes = {
  log: { segmentBytes: 16 * 1024, commit: 'now' },
  jobLogs: { fileBytes: 4 * 1024 },
} as const;

/** Opens the store in a folder of an imagined machine, as a process of its own. */
export function open(machine: StoreMachine, dir: string): Promise<JobStore> {
  return machine.clock.drive(openStore(dir, { ...sizes, platform: machine.process() }));
}

/** A store with 40 jobs of all statuses, logs on both sides of two checkpoints, and an error event. */
export async function filled(machine: StoreMachine, dir: string): Promise<JobStore> {
  const store = await open(machine, dir);
  await machine.clock.drive(fill(store));
  return store;
}

async function fill(store: JobStore): Promise<void> {
  for (let number = 1; number <= 41; number++) {
    const id = `job-${number}`;
    await store.create({ id, type: number % 3 === 0 ? 'Prüfung' : 'probe', data: { number } });
    if (number % 2 === 0) await store.appendLog(id, { message: `made ${id}`, level: 'debug' });
    if (number % 4 === 0) await store.transition(id, 'active');
    if (number % 8 === 0) await store.transition(id, 'completed', { result: ['ok', number] });
    if (number === 12) await store.transition(id, 'failed', { error: { message: 'broke' } });
    if (number === 5) await store.cancel(id);
    if (number === 15 || number === 30) await store.checkpoint();
  }
  await store.appendLog('job-1', { message: 'begun', fields: { by: 'tést' } });
  await store.remove('job-41');
  await new Promise<void>((heard) => {
    store.onChange(() => {
      heard();
      throw new Error('a listener that is deaf');
    });
    void store.update('job-1', { progress: 0.5 });
  });
  await store.flush();
}

/** All that a store shows. */
export async function contents(store: JobStore): Promise<{
  readonly jobs: readonly Job[];
  readonly logs: readonly (readonly LogEntry[])[];
  readonly recentLogs: readonly LogEntry[];
  readonly errors: readonly ErrorEvent[];
}> {
  const jobs = await store.list();
  const logs: (readonly LogEntry[])[] = [];
  for (const { id } of jobs) logs.push(await store.logs(id));
  const recentLogs = await store.recentLogs(1000);
  return { jobs, logs, recentLogs, errors: await store.errorEvents() };
}
