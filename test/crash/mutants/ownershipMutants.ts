import { type Mutant, tests as t } from './mutant.js';

const claim = 'src/engine/ownership/claimOwnership.ts';
const lockFile = 'src/engine/ownership/lockFile.ts';
const own = 'src/engine/ownership/ownership.ts';
const top = 'src/engine/ownership/topLock.ts';

/** Who owns the store, broken. */
export const ownershipMutants: readonly Mutant[] = [
  {
    name: 'a live owner is taken over',
    file: claim,
    find: "  if (state === 'dead') return undefined;\n",
    replace: "  if (state !== 'unknown') return undefined;\n",
    killedBy: [t.claim],
  },
  {
    name: 'a lock replaces another of its epoch',
    file: claim,
    find: '    await files.link(temporary, path);\n',
    replace: '    await files.rename(temporary, path);\n',
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'an epoch that is over is claimed',
    file: claim,
    find: 'if (named < lock.epoch) return',
    replace: 'if (named >= 0) return',
    killedBy: [t.claim],
  },
  {
    name: 'whoever’s lock is there counts as one’s own',
    file: claim,
    find: "return found.kind === 'lock' && found.lock.nonce === lock.nonce;",
    replace: "return found.kind === 'lock';",
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'a lock is not synced',
    file: claim,
    find: '      await file.sync();\n',
    replace: '',
    killedBy: [t.claim, t.protocol],
  },
  {
    name: 'the checksum of a lock is not looked at',
    file: lockFile,
    find: 'end === 0 || text.slice(end) !==',
    replace: 'end === 0 || sum === text && text !==',
    killedBy: [t.claim],
  },
  {
    name: 'a lock under another epoch’s name is believed',
    file: lockFile,
    find: 'if (lock?.epoch === epoch) return',
    replace: 'if (lock !== undefined) return',
    killedBy: [t.claim],
  },
  {
    name: 'the fence does not look for a later owner',
    file: own,
    find: 'if (isReleased || isThere(files, next) || !isThere(files, own)) {',
    replace: 'if (isReleased || !isThere(files, own)) {',
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'the fence does not look for its own lock',
    file: own,
    find: 'if (isReleased || isThere(files, next) || !isThere(files, own)) {',
    replace: 'if (isReleased || isThere(files, next)) {',
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'the fence looks for its own lock first',
    file: own,
    find: 'isThere(files, next) || !isThere(files, own)',
    replace: '!isThere(files, own) || isThere(files, next)',
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'the fence passes where it can’t look',
    file: own,
    find: '      // In this order: see',
    replace: `      try {
        files.existsNow(next);
        files.existsNow(own);
      } catch {
        return;
      }
      // In this order: see`,
    killedBy: [t.claim],
  },
  {
    name: 'a new owner removes its own lock with the older ones',
    file: own,
    find: '        if (epoch < lock.epoch) await',
    replace: '        if (epoch <= lock.epoch) await',
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'a lock is given free after a takeover',
    file: own,
    find: '      if (!isThere(files, own)) return;\n',
    replace: '',
    killedBy: [t.claim, t.schedules],
  },
  {
    name: 'the epoch of the manifest is not looked at',
    file: top,
    find: '    let epoch = Math.max(named, listed);\n',
    replace: '    let epoch = Math.min(listed, Math.max(named, listed));\n',
    killedBy: [t.claim, t.schedules],
  },
];
