import {
  type PendingUpdate,
  removeRecoveryFile,
  writeRecoveryFile,
} from '../engine/files/recoveryFile.js';
import { backoff } from '../engine/files/retry.js';
import { encodeMerged } from '../engine/records.js';
import type { ManifestKeeper } from '../engine/seam.js';
import type { RecentState } from '../engine/state/recentState.js';
import { FlakehoundError } from '../errors.js';
import type { RefusedUpdate } from '../jobs/dirtySet.js';
import { type KeptPatch, patched } from '../jobs/patch.js';
import type { Platform } from '../ports/platform.js';
import type { ErrorLedger } from './errorLedger.js';
import type { StoreSettings } from './options.js';
import type { Steps } from './steps.js';
import type { Writer } from './writer.js';

/** What the keeper of noted updates works with. */
export interface DirtyKeeperParts {
  readonly platform: Platform;
  readonly settings: Pick<StoreSettings, 'retry'>;
  readonly keeper: ManifestKeeper;
  readonly state: RecentState;
  readonly writer: Writer;
  readonly steps: Steps;
  readonly errors: ErrorLedger;
  readonly merged: Set<string>;
  readonly recoveryFolders: readonly string[];
  /** Something to wait for before more may be written. @throws why it mayn't */
  readonly admit: () => Promise<void> | undefined;
}

/**
 * Writes what `updateLater` noted, trying again while it may help; after the last try leaves it in a
 * recovery file, which the next open merges, unless a later flush was faster.
 */
export class DirtyKeeper {
  readonly #parts: DirtyKeeperParts;
  #recoveryPath: string | undefined;

  constructor(parts: DirtyKeeperParts) {
    this.#parts = parts;
  }

  /** Where updates wait that the log did not take. */
  get recoveryPath(): string | undefined {
    return this.#recoveryPath;
  }

  async write(updates: ReadonlyMap<string, KeptPatch>): Promise<readonly RefusedUpdate[]> {
    const { platform, settings } = this.#parts;
    const { retry } = settings;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#try(updates);
      } catch (error) {
        if (attempt < retry.attempts && mayPass(error)) {
          await platform.clock.sleep(backoff(retry, attempt, platform.random.fraction()));
          continue;
        }
        await this.#leave(updates, error, attempt);
        throw error;
      }
    }
  }

  async #try(updates: ReadonlyMap<string, KeptPatch>): Promise<readonly RefusedUpdate[]> {
    const { writer, steps, admit } = this.#parts;
    for (let wait = admit(); wait !== undefined; wait = admit()) await wait;
    const left = this.#recoveryPath;
    const refused: RefusedUpdate[] = [];
    writer.together(() => {
      for (const [id, patch] of updates) {
        try {
          steps.noted(id, patch);
        } catch (error) {
          if (!(error instanceof FlakehoundError) || !error.code.startsWith('JOB_')) throw error;
          refused.push({ id, error });
        }
      }
      // With them, so that the file can't be merged as well, whatever becomes of it.
      if (left !== undefined) writer.other((sink) => encodeMerged(sink, nonceOf(left)));
    });
    await writer.settled(undefined);
    if (left !== undefined) await this.#forget(left);
    return refused;
  }

  /** Leaves a recovery file. That this fails too is noted: the updates stay in memory. */
  async #leave(
    updates: ReadonlyMap<string, KeptPatch>,
    error: unknown,
    attempts: number,
  ): Promise<void> {
    const { platform, state, keeper, errors, recoveryFolders } = this.#parts;
    const now = platform.clock.now();
    const pending: PendingUpdate[] = [];
    for (const [id, patch] of updates) {
      const job = state.get(id);
      if (job === undefined) continue;
      const next = patched(job, patch, now);
      if (next !== job) pending.push({ kind: 'put', previous: job.version, job: next });
    }
    if (pending.length === 0) return;
    const { code, message } = asFailure(error);
    const before = this.#recoveryPath;
    try {
      this.#recoveryPath = await writeRecoveryFile(platform, recoveryFolders, {
        storeId: keeper.current.storeId,
        error: { code, message },
        attempts,
        updates: pending,
      });
      // The new file holds everything that the old one does.
      if (before !== undefined) await this.#remove(before);
    } catch (failure) {
      errors.note(failure, 'fatal');
    }
  }

  async #forget(path: string): Promise<void> {
    const nonce = nonceOf(path);
    this.#parts.merged.add(nonce);
    this.#recoveryPath = undefined;
    try {
      await this.#remove(path);
      this.#parts.merged.delete(nonce);
    } catch (error) {
      // It says the same as the log, which the next open sees.
      this.#parts.errors.note(error, 'warning');
    }
  }

  async #remove(path: string): Promise<void> {
    const { files } = this.#parts.platform;
    await removeRecoveryFile({ files }, { folder: files.join(path, '..'), path });
  }
}

/** A recovery file is named after its nonce. */
function nonceOf(path: string): string {
  return path.slice(path.lastIndexOf('-') + 1);
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof FlakehoundError)) return false;
  return error.code !== 'STORE_FENCED' && error.code !== 'STORE_CLOSED';
}

function asFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof FlakehoundError) return error;
  return { code: 'UNKNOWN', message: String(error) };
}
