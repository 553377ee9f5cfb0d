import { type Effect, type EntryChange, isExtending } from './effects.js';
import type { CrashModel, ModelRules } from './modelRules.js';
import type { Ino } from './nodes.js';

/**
 * When each effect of a sequence becomes durable: the index of the sync that covers it, its own
 * index if it needs none, or {@link never}. A crash at point p (before effect p) finds it durable if
 * that index is below p.
 */
export interface DurableFrom {
  readonly whole: readonly number[];
  /** The same for the new name of a rename between directories; else equal to `whole`. */
  readonly newName: readonly number[];
}

export const never = Number.POSITIVE_INFINITY;

type Entries = Extract<Effect, { kind: 'entries' }>;

/** Judges by a model what each sync of the sequence makes durable. */
export function durableFrom(
  effects: readonly Effect[],
  model: CrashModel,
  rules: ModelRules,
): DurableFrom {
  const ledger = new Ledger(effects, rules);
  effects.forEach((effect, at) => {
    if (effect.kind === 'failedSync' && rules.failedSyncForgets) ledger.forget(effect.ino, at);
    if (effect.kind === 'failedSync' && !rules.failedSyncForgets)
      ledger.sync(at, effect.ino, 'all');
    if (effect.kind !== 'sync') return;
    if (model === 'ordered' && effect.reach !== 'write') ledger.commitJournal(at, effect.ino);
    ledger.sync(at, effect.ino, effect.reach);
  });
  return ledger;
}

class Ledger implements DurableFrom {
  readonly whole: number[];
  readonly newName: number[];
  private readonly effects: readonly Effect[];
  private readonly rules: ModelRules;
  private readonly forgotten = new Set<number>();

  constructor(effects: readonly Effect[], rules: ModelRules) {
    this.effects = effects;
    this.rules = rules;
    this.whole = effects.map((effect, at) => (needsSync(effect, rules) ? never : at));
    this.newName = [...this.whole];
  }

  /** What is dirty now will not be written by a later sync. */
  forget(ino: Ino, at: number): void {
    this.each(at, (effect, index) => {
      if (isData(effect) && effect.ino === ino) this.forgotten.add(index);
    });
  }

  sync(at: number, ino: Ino, reach: 'all' | 'data' | 'write'): void {
    const { rules } = this;
    if (reach === 'write' && !rules.openSyncCounts) return;
    if (reach === 'data' && !rules.dataSyncCounts) return;
    const end = rules.syncReachesBackOnly || reach === 'write' ? at : this.effects.length;
    this.each(end, (effect, index) => {
      if (reach === 'write' && index !== at - 1) return;
      if (isData(effect)) this.syncData(at, index, { effect, ino, reach });
      else if (effect.kind === 'entries' && reach !== 'write') {
        this.syncEntries(at, index, { effect, ino });
      }
    });
  }

  /**
   * The ordered model's journal: a sync commits all metadata up to the last that concerns the inode.
   */
  commitJournal(at: number, ino: Ino): void {
    let last = -1;
    this.each(at, (effect, index) => {
      if (concerns(effect, ino)) last = index;
    });
    this.each(last + 1, (effect, index) => {
      if (effect.kind === 'entries' || effect.kind === 'resize') this.settle(index, at);
    });
  }

  private syncData(
    at: number,
    index: number,
    what: { effect: Extract<Effect, { kind: 'write' | 'resize' }>; ino: Ino; reach: string },
  ): void {
    const { effect, ino, reach } = what;
    const { rules } = this;
    if (effect.ino !== ino && rules.syncIsOfOneFile) return;
    if (this.forgotten.has(index)) return;
    if (effect.kind === 'resize' && !rules.syncCoversTruncation) return;
    if (effect.kind === 'write' && !rules.syncCoversBytes) return;
    if (isExtending(effect) && !rules.syncCoversGrowth) return;
    if (isExtending(effect) && reach === 'data' && !rules.dataSyncCoversGrowth) return;
    this.settle(index, at);
  }

  private syncEntries(at: number, index: number, what: { effect: Entries; ino: Ino }): void {
    const { effect, ino } = what;
    const { rules } = this;
    if (!rules.syncLeavesEntryOfFile && effect.changes[0]?.target === ino) this.settle(index, at);
    if (!rules.directorySyncCounts) return;
    const isCovered = (change: EntryChange | undefined): boolean =>
      change !== undefined && (change.directory === ino || !rules.syncIsOfOneFile);
    // The old name of a rename never goes before the new one is there.
    if (isCovered(effect.changes.at(-1))) this.settle(index, at);
    else if (isCovered(effect.changes[0]))
      this.newName[index] = Math.min(this.newName[index] ?? at, at);
  }

  private settle(index: number, at: number): void {
    this.whole[index] = Math.min(this.whole[index] ?? at, at);
    this.newName[index] = Math.min(this.newName[index] ?? at, at);
  }

  private each(end: number, visit: (effect: Effect, index: number) => void): void {
    for (let index = 0; index < end; index++) {
      const effect = this.effects[index];
      if (effect && this.whole[index] === never) visit(effect, index);
    }
  }
}

function isData(effect: Effect): effect is Extract<Effect, { kind: 'write' | 'resize' }> {
  return effect.kind === 'write' || effect.kind === 'resize';
}

/** Whether an effect is in the journal because of this inode. */
function concerns(effect: Effect, ino: Ino): boolean {
  if (effect.kind === 'resize') return effect.ino === ino;
  if (effect.kind === 'write') return effect.ino === ino && isExtending(effect);
  if (effect.kind !== 'entries') return false;
  return effect.changes.some((change) => change.directory === ino || change.target === ino);
}

function needsSync(effect: Effect, rules: ModelRules): boolean {
  switch (effect.kind) {
    case 'write':
      return true;
    case 'resize':
      return rules.truncateCanBeLost;
    case 'entries':
      return canBeLost(effect.call, rules);
    case 'attributes':
    case 'sync':
    case 'failedSync':
    case 'mark':
      return false;
  }
}

function canBeLost(call: Entries['call'], rules: ModelRules): boolean {
  switch (call) {
    case 'create':
      return rules.createCanBeLost;
    case 'mkdir':
      return rules.mkdirCanBeLost;
    case 'link':
      return rules.linkCanBeLost;
    case 'symlink':
      return rules.symlinkCanBeLost;
    case 'rename':
      return rules.renameCanBeLost;
    case 'unlink':
    case 'rmdir':
      return rules.unlinkCanBeLost;
  }
}
