import { FlakehoundError } from '../errors.js';
import type { Health } from '../jobs/jobStore.js';
import type { Checkpointer } from './checkpointer.js';
import type { OwnerParts } from './ownerParts.js';

/** What the health of a store is read from. */
export interface HealthSource extends OwnerParts {
  readonly isClosed: boolean;
  readonly checkpointer: Pick<Checkpointer, 'last' | 'made'>;
  readonly conflicts: number;
  readonly absorbed: number;
  /** Where updates wait that the log did not take. */
  readonly recoveryPath: string | undefined;
}

/** How a store is, and why it isn't healthy. */
export function healthOf(source: HealthSource): Health {
  const { errors, breaker, keeper, recovery, log, state, checkpointer } = source;
  const { checkpoint, logs } = source.tables.current;
  const { last } = checkpointer;
  const counted = countedJobs(source);
  const reasons = [...reasonsOf(source), ...counted.reasons];
  return {
    status: statusOf(source, reasons),
    reasons,
    role: 'owner',
    epoch: keeper.current.epoch,
    lsn: state.durableLsn,
    jobs: counted.jobs,
    counters: {
      ...log.counters,
      conflicts: source.conflicts,
      absorbed: source.absorbed,
      retries: source.retries(),
      checkpoints: checkpointer.made,
    },
    sizes: {
      log: log.sizes.used,
      checkpoint: checkpoint?.jobs.bytes ?? 0,
      jobLogs: logs.reduce((sum, { entry }) => sum + entry.bytes, 0),
    },
    breaker: breaker.state,
    lastCheckpoint: last === undefined ? null : { at: last.at, lsn: last.position.lsn },
    lastError: errors.last,
    recovery,
  };
}

/** A page that can't be read is a reason to look, never one to say nothing. */
function countedJobs({ state }: HealthSource): {
  readonly jobs: Health['jobs'];
  readonly reasons: readonly string[];
} {
  const { counts, countBase } = state;
  try {
    return { jobs: counts.byStatus(countBase), reasons: [] };
  } catch (error) {
    if (!(error instanceof FlakehoundError)) throw error;
    return {
      jobs: counts.roughly(countBase),
      reasons: [`the jobs are counted without what was replayed: ${error.message}`],
    };
  }
}

function statusOf(
  { isClosed, log, ownership }: HealthSource,
  reasons: readonly string[],
): Health['status'] {
  if (isClosed) return 'closed';
  if (log.state !== 'open' || ownership === undefined) return 'readOnly';
  return reasons.length > 0 ? 'degraded' : 'healthy';
}

function reasonsOf({
  recovery,
  errors,
  breaker,
  log,
  ownership,
  recoveryPath,
}: HealthSource): readonly string[] {
  const reasons: string[] = [...recovery.notes];
  if (recovery.keptIn.length > 0) {
    reasons.push(`${recovery.tornBytes} bytes of an unfinished write were cut off and kept aside`);
  }
  if (ownership !== undefined && log.state !== 'open') reasons.push(`the log is ${log.state}`);
  if (breaker.state !== 'closed') {
    const why = breaker.lastFailure;
    reasons.push(
      `the breaker is ${breaker.state}${why instanceof Error ? `: ${why.message}` : ''}`,
    );
  }
  if (recoveryPath !== undefined) reasons.push(`updates wait in ${recoveryPath}`);
  const open = errors.unresolved.filter(({ severity }) => severity !== 'info');
  if (open.length > 0) reasons.push(`${open.length} error events are unresolved`);
  return reasons;
}
