import { mergePlan } from '../engine/files/mergePlan.js';
import {
  type FoundRecovery,
  findRecoveryFiles,
  type PendingUpdate,
  removeRecoveryFile,
} from '../engine/files/recoveryFile.js';
import { encodeMerged } from '../engine/records.js';
import type { RecentState } from '../engine/state/recentState.js';
import { freezeJson } from '../jobs/jsonValue.js';
import { sealJob } from '../jobs/sealJob.js';
import { keepError } from '../jobs/validate.js';
import type { Platform } from '../ports/platform.js';
import type { Writer } from './writer.js';

/** What merging recovery files reads and writes. */
export interface MergeParts {
  readonly platform: Platform;
  readonly storeId: string;
  readonly state: RecentState;
  readonly writer: Writer;
  /** Nonces of files whose groups are durable; those that are merged now are added. */
  readonly merged: Set<string>;
  readonly folders: readonly string[];
}

/** What came of merging. */
export interface MergeResult {
  readonly updates: number;
  readonly notes: readonly string[];
}

/** Merges what recovery files hold, each exactly once: its nonce becomes durable with its updates. */
export async function mergeRecovery(parts: MergeParts): Promise<MergeResult> {
  const { platform, storeId, folders } = parts;
  const { found, notes } = await findRecoveryFiles(platform, folders, storeId);
  const all = [...notes];
  let updates = 0;
  for (const one of found) {
    const result = await mergeOne(parts, one);
    updates += result.updates;
    all.push(...result.notes);
  }
  return { updates, notes: all };
}

async function mergeOne(parts: MergeParts, found: FoundRecovery): Promise<MergeResult> {
  const { platform, state, writer, merged } = parts;
  const { file, path } = found;
  const plan = mergePlan(file, merged, (id) => {
    const entry = state.find(id);
    if (!entry?.latest) return undefined;
    const { version, createdAt } = entry.latest;
    return { version, createdAt, lastLog: state.logs.nextNumber(entry.seq) - 1 };
  });
  const notes: string[] = [];
  let updates = 0;
  if (plan.kind === 'merge') {
    writer.together(() => {
      for (const update of plan.apply) apply(parts, update);
      writer.other((sink) => encodeMerged(sink, file.nonce));
    });
    await writer.settled(undefined);
    merged.add(file.nonce);
    updates = plan.apply.length;
    for (const { why } of plan.refused) notes.push(`an update of ${path} was left out: ${why}`);
  }
  try {
    await removeRecoveryFile(platform, found);
    merged.delete(file.nonce);
  } catch (error) {
    notes.push(`${path} is merged and could not be removed: ${String(error)}`);
  }
  return { updates, notes };
}

function apply({ state, writer }: MergeParts, update: PendingUpdate): void {
  switch (update.kind) {
    case 'put': {
      const { job } = update;
      const kept = sealJob({
        ...job,
        data: freezeJson(job.data),
        result: freezeJson(job.result),
        error: job.error === null ? null : keepError(job.error),
      });
      const entry = state.find(job.id);
      if (entry?.latest) writer.change(entry, entry.latest, kept);
      else writer.create(kept);
      return;
    }
    case 'remove': {
      const entry = state.find(update.id);
      if (entry?.latest) writer.remove(entry, entry.latest);
      return;
    }
    case 'log': {
      const entry = state.find(update.entry.jobId);
      if (entry?.latest) writer.append(entry, update.entry);
      return;
    }
  }
}
