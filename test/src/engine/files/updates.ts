import type { PendingUpdate, RecoveryFile } from '../../../../src/engine/files/recoveryFile.js';
import type { Job } from '../../../../src/index.js';

/** A queued job. */
export function someJob(given: Partial<Job> = {}): Job {
  return {
    id: 'a',
    type: 'report',
    status: 'queued',
    progress: null,
    version: 1,
    createdAt: 1000,
    updatedAt: 1000,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    parent: null,
    data: { pages: [1, 2], title: 'Übersicht ✓' },
    result: null,
    error: null,
    ...given,
  };
}

export const put = (previous: number, given: Partial<Job> = {}): PendingUpdate => ({
  kind: 'put',
  previous,
  job: someJob({ version: previous + 1, ...given }),
});

export const remove = (previous: number, id = 'a', createdAt = 1000): PendingUpdate => ({
  kind: 'remove',
  previous,
  id,
  createdAt,
});

export const log = (number: number, jobId = 'a'): PendingUpdate => ({
  kind: 'log',
  entry: { jobId, number, at: 2000, level: 'info', message: `entry ${number}`, fields: null },
});

export function someRecovery(given: Partial<RecoveryFile> = {}): RecoveryFile {
  return {
    version: 1,
    storeId: '5f1d7a40c2e94b6b',
    nonce: '000102',
    time: '2026-01-02T03:04:05.678Z',
    error: { code: 'ENOSPC', message: 'no space left on device' },
    attempts: 6,
    updates: [put(0), log(1), put(1, { status: 'active', startedAt: 1500 }), remove(2)],
    ...given,
  };
}
