import { type Mutant, tests as t } from './mutant.js';

const state = 'src/engine/state/recentState.ts';
const logs = 'src/engine/state/recentLogs.ts';
const writer = 'src/store/writer.ts';
const checkpointer = 'src/store/checkpointer.ts';
const merge = 'src/store/mergeRecovery.ts';
const dirty = 'src/store/dirtyKeeper.ts';
const opening = 'src/store/openOwner.ts';

/** What the store makes of its parts, broken. */
export const storeMutants: readonly Mutant[] = [
  {
    name: 'a write is acknowledged before it is durable',
    file: writer,
    find: '    if (!this.isPending) return Promise.resolve(answer);\n',
    replace: '    if (this.#lastLsn >= 0) return Promise.resolve(answer);\n',
    killedBy: [t.protocol, t.sweeps, t.model],
  },
  {
    name: 'a refusal does not wait for what it was judged by',
    file: writer,
    find: '    await this.settled(undefined);\n    throw error;',
    replace: '    throw error;',
    killedBy: [t.protocol, t.sweeps],
  },
  {
    name: 'what failed is not taken back',
    file: writer,
    find: '    this.#state.revert(durable + 1);\n',
    replace: '',
    killedBy: [t.protocol, t.sweeps],
  },
  {
    name: 'a group that was refused half way stays in memory',
    file: writer,
    find: '      this.#state.revert(lsn + 1);\n',
    replace: '',
    killedBy: [t.contract],
  },
  {
    name: 'a group that was refused half way stays in the log',
    file: writer,
    find: '      group.cutBack(mark);\n',
    replace: '',
    killedBy: [t.protocol],
  },
  {
    name: 'reads see what is not durable',
    file: state,
    find: '    const job = entry?.durable;\n    if (entry === undefined || !job)',
    replace: '    const job = entry?.latest;\n    if (entry === undefined || !job)',
    killedBy: [t.recentState, t.recentStateProp, t.sweeps],
  },
  {
    name: 'the numbers of jobs begin anew after a replay',
    file: state,
    find: '    if (seq > this.#lastSeq) this.#lastSeq = seq;\n',
    replace: '',
    killedBy: [t.recentStateProp, t.protocol],
  },
  {
    name: 'the numbers of jobs begin anew after a checkpoint',
    file: opening,
    find: '    lastSeq: jobs?.entry.lastSeq ?? 0,\n',
    replace: '    lastSeq: 0,\n',
    killedBy: [t.protocol, t.contract],
  },
  {
    name: 'a removed job returns with the log',
    file: 'src/engine/state/rawRecords.ts',
    find: "      if (kind === RecordKind.remove) return { kind: 'removed' };\n",
    replace: '      if (kind === RecordKind.remove) continue;\n',
    killedBy: [t.recentState, t.recentStateProp, t.contract],
  },
  {
    name: 'the numbers of log entries begin anew after a checkpoint',
    file: logs,
    find: 'this.#numbers.get(seq) ?? this.#base.lastNumber(seq)',
    replace: 'this.#numbers.get(seq) ?? 0',
    killedBy: [t.recentStateProp, t.contract],
  },
  {
    name: 'log entries that failed are not taken back',
    file: logs,
    find: '      this.#numbers.set(seq, number - 1);\n',
    replace: '      void number;\n',
    killedBy: [t.recentState, t.recentStateProp, t.protocol],
  },
  {
    name: 'error events are not carried over a checkpoint',
    file: checkpointer,
    find: '      await this.#parts.carryOver();\n',
    replace: '',
    killedBy: [t.protocol],
  },
  {
    name: 'a checkpoint is gone on from before the manifest names it',
    file: checkpointer,
    find: '      await keeper.change((now) => ({',
    replace: '      void keeper.change((now) => ({',
    killedBy: [t.protocol, t.sweeps, t.model],
  },
  {
    name: 'the log is released up to the newest checkpoint',
    file: checkpointer,
    find: '    const [, older] = keeper.current.checkpoints;\n',
    replace: '    const [older] = keeper.current.checkpoints;\n',
    killedBy: [t.protocol],
  },
  {
    name: 'one checkpoint is kept',
    file: checkpointer,
    find: 'checkpoints: [checkpoint, ...now.checkpoints.slice(0, 1)],',
    replace: 'checkpoints: [checkpoint],',
    killedBy: [t.protocol],
  },
  {
    name: 'the tables of the older checkpoint are removed',
    file: checkpointer,
    find: 'keeper.current.checkpoints.flatMap(checkpointFiles)',
    replace: 'keeper.current.checkpoints.slice(0, 1).flatMap(checkpointFiles)',
    killedBy: [t.protocol],
  },
  {
    name: 'a damaged checkpoint is not passed over',
    file: 'src/store/openTables.ts',
    find: '  for (const checkpoint of place.manifest.checkpoints) {',
    replace: '  for (const checkpoint of place.manifest.checkpoints.slice(0, 1)) {',
    killedBy: [t.protocol],
  },
  {
    name: 'a checkpoint that failed takes what it was to write with it',
    file: checkpointer,
    find: '      state.thaw();\n',
    replace: '      state.checkpointed(state.table);\n',
    killedBy: [t.protocol, t.sweeps],
  },
  {
    name: 'the tables of a checkpoint are removed though a manifest may name them',
    file: checkpointer,
    find: '      if (!mayBeNamed) await this.#unlink(made);\n',
    replace: '      await this.#unlink(made);\n',
    killedBy: [t.protocol],
  },
  {
    name: 'the name of a new store’s folder is not synced',
    file: 'src/store/storeFolder.ts',
    find: '    await syncParents(files, dir);\n',
    replace: '',
    killedBy: [t.protocol, t.model],
  },
  {
    name: 'the first file of a new store is not its manifest',
    file: opening,
    find: '      if (manifest.serial === 0) {\n',
    replace: '      if (manifest.serial < 0) {\n',
    killedBy: [t.protocol],
  },
  {
    name: 'an empty store is made where the manifest is lost',
    file: 'src/store/storeFolder.ts',
    find: '  if (witnesses.length > 0) {\n',
    replace: '  if (witnesses.length < 0) {\n',
    killedBy: [t.protocol],
  },
  {
    name: 'a recovery file’s nonce is not in the group of its updates',
    file: merge,
    find: `      for (const update of plan.apply) apply(parts, update);
      writer.other((sink) => encodeMerged(sink, file.nonce));
    });
    await writer.settled(undefined);
`,
    replace: `      for (const update of plan.apply) apply(parts, update);
    });
    await writer.settled(undefined);
    writer.other((sink) => encodeMerged(sink, file.nonce));
    await writer.settled(undefined);
`,
    killedBy: [t.recovery],
  },
  {
    name: 'a recovery file is removed before its updates are durable',
    file: merge,
    find: '    await writer.settled(undefined);\n    merged.add(file.nonce);\n',
    replace: '    merged.add(file.nonce);\n',
    killedBy: [t.recovery],
  },
  {
    name: 'a checkpoint forgets what recovery files were merged',
    file: checkpointer,
    find: '        merged: this.#parts.merged(),\n',
    replace: '        merged: [],\n',
    killedBy: [t.recovery],
  },
  {
    name: 'a later flush does not say that it holds what the recovery file does',
    file: dirty,
    find: '      if (left !== undefined) writer.other((sink) => encodeMerged(sink, nonceOf(left)));\n',
    replace: '',
    killedBy: [t.recovery],
  },
  {
    name: 'a flush that failed for good leaves no recovery file',
    file: dirty,
    find: '        await this.#leave(updates, error, attempt);\n',
    replace: '',
    killedBy: [t.recovery],
  },
  {
    name: 'a closing owner gives the store free before its log is at rest',
    file: 'src/store/ownerStore.ts',
    find: '      await step(() => this.#dirty.flush());\n      this.#dirty.stop();\n',
    replace:
      '      await step(() => ownership.release());\n      await step(() => this.#dirty.flush());\n      this.#dirty.stop();\n',
    killedBy: [t.protocol, t.contract],
  },
  {
    name: 'a write whose fate nobody knows is made again by the next owner',
    file: 'src/store/sharing/guestLink.ts',
    find: "      const mayHaveHappened = call.isSent && call.kind === 'write';\n",
    replace: "      const mayHaveHappened = call.isSent && call.kind === 'read' && false;\n",
    killedBy: [t.shared],
  },
];
