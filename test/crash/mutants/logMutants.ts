import { type Mutant, tests as t } from './mutant.js';

const committing = 'src/engine/log/committingLog.ts';
const chain = 'src/engine/log/segmentChain.ts';
const segmentFile = 'src/engine/log/segmentFile.ts';

/** How the log writes, broken. */
export const logMutants: readonly Mutant[] = [
  {
    name: 'a group is not synced, on the main thread',
    file: committing,
    find: '      segment.file.dataSyncNow();\n',
    replace: '',
    killedBy: [t.logCrash],
  },
  {
    name: 'a group is not synced, in the background',
    file: committing,
    find: '    await segment.file.dataSync();\n',
    replace: '',
    killedBy: [t.logCrash],
  },
  {
    name: 'a group is synced before it is written',
    file: committing,
    find: `      writeFullyNow(segment.file, group.sink.bytes, total, segment.at);
      segment.file.dataSyncNow();
`,
    replace: `      segment.file.dataSyncNow();
      writeFullyNow(segment.file, group.sink.bytes, total, segment.at);
`,
    killedBy: [t.logCrash],
  },
  {
    name: 'a group is acknowledged while its sync is under way',
    file: committing,
    find: '    await segment.file.dataSync();\n',
    replace: '    void segment.file.dataSync().catch(() => undefined);\n',
    killedBy: [t.logCrash, t.poison],
  },
  {
    name: 'a failed sync is tried again on the same descriptor',
    file: committing,
    find: '    await segment.file.dataSync();\n',
    replace: '    await segment.file.dataSync().catch(() => segment.file.dataSync());\n',
    killedBy: [t.logCrash, t.poison],
  },
  {
    name: 'two groups are on their way at once',
    file: committing,
    find: "if (this.#isBusy || this.#gathering.isIdle || this.#state !== 'open') return;",
    replace: "if (this.#gathering.isIdle || this.#state !== 'open') return;",
    also: [
      {
        file: committing,
        find: 'if (this.#isScheduled || this.#isBusy || this.#encore.isRunning) return;',
        replace: 'if (this.#isScheduled || this.#encore.isRunning) return;',
      },
    ],
    killedBy: [t.startLog, t.logCrash],
  },
  {
    name: 'nobody asks the fence before acknowledging',
    file: committing,
    find: `    try {
      this.#start.fence();
    } catch (error) {
      // The new`,
    replace: `    try {
    } catch (error) {
      // The new`,
    killedBy: [t.poison],
  },
  {
    name: 'the fence is asked before the sync, not after',
    file: committing,
    find: `    try {
      this.#start.fence();
    } catch (error) {
      // The new`,
    replace: `    try {
    } catch (error) {
      // The new`,
    also: [
      {
        file: committing,
        find: '    const { firstLsn, count } = group;\n',
        replace: '    this.#start.fence();\n    const { firstLsn, count } = group;\n',
      },
    ],
    killedBy: [t.poison],
  },
  {
    name: 'who was fenced is told that the write is absent',
    file: committing,
    find: 'this.#fail(error, unknownOutcome(error, [group.firstLsn, last]));',
    replace: 'this.#fail(error, writeFailure(error, this.#start.dir));',
    killedBy: [t.poison],
  },
  {
    name: 'what can be neither rewritten nor sealed off is said to be absent',
    file: committing,
    find: '() => unknownOutcome(second, [group.firstLsn, group.firstLsn + group.count - 1]),',
    replace: '() => writeFailure(second, this.#start.dir),',
    killedBy: [t.poison, t.logFaults],
  },
  {
    name: 'what followed a failed group is acknowledged',
    file: committing,
    find: '    this.#tell(followers, absent);',
    replace: '    this.#tell(followers, undefined);',
    killedBy: [t.poison, t.logFaults, t.sweeps],
  },
  {
    name: 'a poisoned descriptor is used again',
    file: committing,
    find: `    this.#poisoned++;
    this.#chain.retire(this.#position);
`,
    replace: '    this.#poisoned++;\n',
    killedBy: [t.poison, t.logCrash],
  },
  {
    name: 'a group is rescued before the manifest seals the old segment',
    file: committing,
    find: `      await this.#chain.record();
      crc = await this.#write(group, segment, total);
`,
    replace: '      crc = await this.#write(group, segment, total);\n',
    killedBy: [t.logCrash, t.poison],
  },
  {
    name: 'a segment that took a failed rescue is not sealed',
    file: committing,
    find: `    } catch (second) {
      this.#chain.retire(this.#position);
`,
    replace: `    } catch (second) {
`,
    killedBy: [t.poison, t.logFaults],
  },
  {
    name: 'writes are taken again before the manifest has the old ends',
    file: committing,
    find: `      await this.#chain.record();
      this.#gathering.begin`,
    replace: '      this.#gathering.begin',
    killedBy: [t.poison, t.logFaults],
  },
  {
    name: 'LSNs that were rejected are not given again',
    file: committing,
    find: '      this.#gathering.begin(this.#position.lsn + 1);\n      this.#failure',
    replace: '      this.#gathering.begin(this.#position.lsn + 2);\n      this.#failure',
    killedBy: [t.poison],
  },
  {
    name: 'the manifest does not know the end that a rotation made',
    file: committing,
    find: `      await this.#chain.record();
      return position;`,
    replace: '      return position;',
    killedBy: [t.startLog],
  },
  {
    name: 'the bytes of a new segment are not synced',
    file: segmentFile,
    find: '    await file.sync();\n',
    replace: '',
    killedBy: [t.logCrash],
  },
  {
    name: 'the name of a new segment is not synced',
    file: segmentFile,
    find: '    await world.files.syncFolder(world.dir);\n',
    replace: '',
    killedBy: [t.logCrash],
  },
  {
    name: 'a recycled segment says that it was wiped',
    file: segmentFile,
    find: 'wiped: false',
    replace: 'wiped: true',
    killedBy: [t.startLog, t.logCrash],
  },
  {
    name: 'a short write of a group counts as whole',
    file: segmentFile,
    find: '    done += count;\n',
    replace: '    done = length;\n',
    killedBy: [t.poison],
  },
  {
    name: 'a write of no byte of a group is no full disk',
    file: segmentFile,
    find: '    if (count === 0) {\n',
    replace: '    if (count === 0) return;\n    if (count < 0) {\n',
    killedBy: [t.poison],
  },
  {
    name: 'a segment takes groups before the manifest lists it',
    file: chain,
    find: `    try {
      await this.record();
    } catch (error) {
      if (this.#next === segment)`,
    replace: `    try {
    } catch (error) {
      if (this.#next === segment)`,
    killedBy: [t.startLog, t.logCrash],
  },
  {
    name: 'a segment that is not covered is released with those that are',
    file: chain,
    find: 'const count = covered < 0 ? this.#closed.length : covered;',
    replace: 'const count = covered < 0 ? this.#closed.length : covered + 1;',
    killedBy: [t.startLog, t.protocol],
  },
  {
    name: 'the epoch is not written into the manifest',
    file: chain,
    find: 'return { ...now, epoch, clean: false',
    replace: 'return { ...now, clean: false',
    killedBy: [t.startLog, t.protocol],
  },
  {
    name: 'names of an attempt that failed are given again',
    file: chain,
    find: 'this.#nextSegment = Math.max(this.#nextSegment, number + 1);',
    replace: 'void number;',
    killedBy: [t.startLog, t.logCrash, t.sweeps],
  },
  {
    name: 'segments of a later owner are removed',
    file: chain,
    find: 'epoch !== undefined && Number(epoch) <= this.#setting.epoch && !listed.has(name)',
    replace: 'epoch !== undefined && !listed.has(name)',
    killedBy: [t.startLog],
  },
];
