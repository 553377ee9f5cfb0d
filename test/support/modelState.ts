import type { Job, JobPatch, LogEntry, NewLogEntry } from '../../src/jobs/job.js';
import type {
  ErrorEvent,
  GroupStep,
  IfVersion,
  JobChange,
  JobFilter,
  PruneResult,
  PruneRule,
} from '../../src/jobs/jobStore.js';
import { VersionConflictError } from '../../src/jobs/versionConflict.js';
import {
  checkedDetails,
  checkedEntry,
  checkedPatch,
  checkId,
  checkIfVersion,
  failure,
  modelCreated,
  modelMoved,
  modelPatched,
} from './modelRules.js';

/** All that a store keeps. Jobs stand in the order of their creation. */
export interface ModelState {
  jobs: Map<string, Job>;
  /** Of all jobs, oldest first. */
  logs: LogEntry[];
  errorEvents: ErrorEvent[];
  lsn: number;
  madeUpIds: number;
}

/** A store that nobody has written to. */
export function emptyModelState(): ModelState {
  return { jobs: new Map(), logs: [], errorEvents: [], lsn: 0, madeUpIds: 0 };
}

/** A state being changed, with the changes. Throw it away, and nothing has happened. */
export class ModelDraft {
  readonly state: ModelState;
  readonly changes: JobChange[] = [];
  private readonly now: number;
  private readonly recordBytes: number;

  constructor(base: ModelState, now: number, recordBytes: number) {
    this.recordBytes = recordBytes;
    this.state = { ...base, jobs: new Map(base.jobs), logs: [...base.logs] };
    this.now = now;
  }

  step(step: GroupStep): Job | LogEntry | boolean {
    switch (step.kind) {
      case 'create': {
        const id = step.id ?? `made-up-${++this.state.madeUpIds}`;
        const job = modelCreated({ ...step, id }, this.now);
        if (this.state.jobs.has(id)) throw failure('JOB_EXISTS', `there is a job ${id}`);
        return this.put(job);
      }
      case 'update':
        return this.update(step.id, step.patch, step);
      case 'transition': {
        checkId(step.id);
        const details = checkedDetails(step.to, step);
        const job = this.present(step.id, step);
        return this.put(modelMoved(job, step.to, details, this.now));
      }
      case 'remove': {
        checkId(step.id);
        checkIfVersion(step.ifVersion);
        if (!this.state.jobs.has(step.id)) return false;
        this.drop(this.present(step.id, step));
        return true;
      }
      case 'log':
        return this.log(step.id, step);
    }
  }

  update(id: string, patch: JobPatch, when: IfVersion): Job {
    checkId(id);
    checkIfVersion(when.ifVersion);
    const checked = checkedPatch(patch);
    return this.put(modelPatched(this.present(id, when), checked, this.now));
  }

  put(job: Job): Job {
    const before = this.state.jobs.get(job.id) ?? null;
    if (before === job) return job;
    const bytes = JSON.stringify(job).length;
    if (bytes > this.recordBytes) throw failure('JOB_TOO_LARGE', `${job.id} takes ${bytes} B`);
    this.state.jobs.set(job.id, job);
    this.changes.push({ id: job.id, lsn: ++this.state.lsn, before, job });
    return job;
  }

  drop(job: Job): void {
    this.state.jobs.delete(job.id);
    this.state.logs = this.state.logs.filter(({ jobId }) => jobId !== job.id);
    this.changes.push({ id: job.id, lsn: ++this.state.lsn, before: job, job: null });
  }

  present(id: string, { ifVersion }: IfVersion = {}): Job {
    const job = this.state.jobs.get(id);
    if (job === undefined) throw failure('JOB_MISSING', `there is no job ${id}`);
    if (ifVersion !== undefined && ifVersion !== job.version) {
      throw new VersionConflictError(ifVersion, job);
    }
    return job;
  }

  prune({ olderThan, keep = 0, type }: PruneRule): PruneResult {
    const logsBefore = this.state.logs.length;
    const finished = [...this.state.jobs.values()].filter(
      (job) => job.finishedAt !== null && (type === undefined || job.type === type),
    );
    const gone = finished
      .slice(0, Math.max(0, finished.length - keep))
      .filter((job) => olderThan === undefined || (job.finishedAt ?? 0) < this.now - olderThan);
    for (const job of gone) this.drop(job);
    return { jobs: gone.length, logEntries: logsBefore - this.state.logs.length };
  }

  log(id: string, given: NewLogEntry): LogEntry {
    checkId(id);
    const entry = checkedEntry(given);
    this.present(id);
    const number = this.state.logs.filter(({ jobId }) => jobId === id).length + 1;
    const logged = Object.freeze({ jobId: id, number, at: this.now, ...entry });
    this.state.logs.push(logged);
    this.state.lsn++;
    return logged;
  }
}

/** The jobs that a filter lets through, in its order. */
export function modelList(state: ModelState, filter: JobFilter): Job[] {
  const { status, type, parent, after, limit, newest = false } = filter;
  let jobs = [...state.jobs.values()];
  if (newest) jobs.reverse();
  if (after !== undefined) {
    const at = jobs.findIndex(({ id }) => id === after);
    if (at < 0) throw failure('JOB_MISSING', `there is no job ${after} to list after`);
    jobs = jobs.slice(at + 1);
  }
  const statuses = status === undefined ? undefined : [status].flat();
  return jobs
    .filter(
      (job) =>
        (statuses === undefined || statuses.includes(job.status)) &&
        (type === undefined || job.type === type) &&
        (parent === undefined || job.parent === parent),
    )
    .slice(0, limit);
}
