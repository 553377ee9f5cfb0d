import { idempotentInvariant } from '../../../../../harness/property/crash/judge.js';
import type { CrashOptions, CrashWorld, Workload } from '../../../../../harness/property/index.js';
import { keepsPromises, put, sealed, syncDir, textOf, unsealed } from './calls.js';
import { member, missing, order, safe } from './member.js';

/** Two files that are to change together: a+b is what both hold. */
const twoFiles: CrashOptions<string> = {
  setup: ({ fs, dir }) => {
    put(fs, `${dir}/a`, { text: '1' });
    put(fs, `${dir}/b`, { text: '1' });
  },
  recover: (world) => {
    redo(world, { sync: true });
    return bothTexts(world);
  },
  invariants: {
    'both or neither': ({ state }) => state === '1+1' || state === '2+2',
    'both once promised': ({ state, acknowledged }) => acknowledged.length === 0 || state === '2+2',
  },
};

const bothTexts = ({ fs, dir }: CrashWorld) =>
  `${textOf(fs, `${dir}/a`)}+${textOf(fs, `${dir}/b`)}`;

/** Does what the intent says, if it is whole, then removes it. */
function redo({ fs, dir }: CrashWorld, how: { sync: boolean }): void {
  const [value] = unsealed(textOf(fs, `${dir}/intent`) ?? '');
  if (value === undefined) return;
  put(fs, `${dir}/a`, { text: value, flags: 'r+', sync: how.sync });
  put(fs, `${dir}/b`, { text: value, flags: 'r+' });
  fs.unlinkSync(`${dir}/intent`);
}

const withIntent =
  (how: { syncData: boolean; syncDir: boolean }): Workload =>
  ({ fs, dir, acknowledge }) => {
    put(fs, `${dir}/intent`, { text: sealed('2') });
    if (how.syncDir) syncDir(fs, dir);
    put(fs, `${dir}/a`, { text: '2', flags: 'r+', sync: how.syncData });
    put(fs, `${dir}/b`, { text: '2', flags: 'r+' });
    fs.unlinkSync(`${dir}/intent`);
    acknowledge('both');
  };

/** A log in front of a snapshot; recovery reads the snapshot, then the log. */
const checkpointed: CrashOptions<readonly string[]> = {
  setup: ({ fs, dir }) => {
    put(fs, `${dir}/log`, { text: '' });
    put(fs, `${dir}/snapshot`, { text: '' });
  },
  recover: ({ fs, dir }) => [
    ...new Set([
      ...unsealed(textOf(fs, `${dir}/snapshot`) ?? ''),
      ...unsealed(textOf(fs, `${dir}/log`) ?? ''),
    ]),
  ],
  invariants: keepsPromises,
};

const checkpointing =
  (how: { syncDir: boolean }): Workload =>
  ({ fs, dir, started, acknowledge }) => {
    for (const entry of ['alpha', 'beta']) {
      started(entry);
      put(fs, `${dir}/log`, { text: sealed(entry), flags: 'a' });
      acknowledge(entry);
    }
    put(fs, `${dir}/snapshot.tmp`, { text: sealed('alpha') + sealed('beta') });
    fs.renameSync(`${dir}/snapshot.tmp`, `${dir}/snapshot`);
    if (how.syncDir) syncDir(fs, dir);
    fs.truncateSync(`${dir}/log`, 0);
  };

/** Writes in place, with a copy made before; recovery takes the copy if the file is damaged. */
const copied: CrashOptions<string | undefined> = {
  setup: ({ fs, dir }) => put(fs, `${dir}/file`, { text: sealed('old contents') }),
  recover: ({ fs, dir }) =>
    unsealed(textOf(fs, `${dir}/file`) ?? '')[0] ?? unsealed(textOf(fs, `${dir}/bak`) ?? '')[0],
  invariants: { 'old or new': ({ state }) => state === 'old contents' || state === 'new contents' },
};

const copying =
  (how: { sync: boolean; syncDir: boolean }): Workload =>
  ({ fs, dir }) => {
    fs.copyFileSync(`${dir}/file`, `${dir}/bak`);
    const fd = fs.openSync(`${dir}/bak`, 'r+');
    if (how.sync) fs.fsyncSync(fd);
    fs.closeSync(fd);
    if (how.syncDir) syncDir(fs, dir);
    put(fs, `${dir}/file`, { text: sealed('new contents'), flags: 'r+' });
  };

/** A chain of directories down to one file. */
const chain =
  (synced: readonly string[]): Workload =>
  ({ fs, dir, started, acknowledge }) => {
    started('job');
    fs.mkdirSync(`${dir}/a`);
    fs.mkdirSync(`${dir}/a/b`);
    put(fs, `${dir}/a/b/job`, { text: 'x' });
    for (const name of synced) syncDir(fs, `${dir}${name}`);
    acknowledge('job');
  };
const chained: CrashOptions<readonly string[]> = {
  recover: ({ fs, dir }) => (fs.existsSync(`${dir}/a/b/job`) ? ['job'] : []),
  invariants: keepsPromises,
};

const files: CrashOptions<readonly string[]> = {
  setup: ({ fs, dir }) => put(fs, `${dir}/job`, { text: 'x' }),
  recover: ({ fs, dir }) => fs.readdirSync(dir),
  invariants: {
    'no deleted job returns': ({ state, acknowledged }) =>
      acknowledged.length === 0 || !state.includes('job'),
  },
};

const pointing =
  (sync: boolean): Workload =>
  ({ fs, dir }) => {
    const data = fs.openSync(`${dir}/data`, 'r+');
    fs.writeSync(data, '2');
    if (sync) fs.fsyncSync(data);
    put(fs, `${dir}/pointer`, { text: '2', flags: 'r+' });
    fs.fsyncSync(data);
    fs.closeSync(data);
  };

export const protocolWriters = [
  member('two files without an intent', order, {
    ...twoFiles,
    workload: ({ fs, dir, acknowledge }) => {
      put(fs, `${dir}/a`, { text: '2', flags: 'r+' });
      put(fs, `${dir}/b`, { text: '2', flags: 'r+' });
      acknowledge('both');
    },
  }),
  member('two files with an intent', safe, {
    ...twoFiles,
    workload: withIntent({ syncData: true, syncDir: true }),
  }),
  member('an intent removed before its file is durable', missing('file /data/a', 'operation 5'), {
    ...twoFiles,
    workload: withIntent({ syncData: false, syncDir: true }),
  }),
  member('an intent without directory fsync', missing('directory /data', 'operation 1'), {
    ...twoFiles,
    workload: withIntent({ syncData: true, syncDir: false }),
  }),
  member(
    'a recovery that forgets an intent too early',
    missing('file /data/a', 'operation 1 of the recovery'),
    {
      ...twoFiles,
      recover: (world) => {
        redo(world, { sync: false });
        return bothTexts(world);
      },
      workload: withIntent({ syncData: true, syncDir: true }),
    },
  ),
  member('a recovery that deletes before it has done its work', order, {
    ...twoFiles,
    recover: (world) => {
      const { fs, dir } = world;
      const [value] = unsealed(textOf(fs, `${dir}/intent`) ?? '');
      if (value !== undefined) {
        fs.unlinkSync(`${dir}/intent`);
        syncDir(fs, dir);
        put(fs, `${dir}/a`, { text: value, flags: 'r+' });
        put(fs, `${dir}/b`, { text: value, flags: 'r+' });
      }
      return bothTexts(world);
    },
    workload: withIntent({ syncData: true, syncDir: true }),
  }),
  member('a recovery that adds what the log says each time it is begun', order, {
    setup: ({ fs, dir }) => {
      put(fs, `${dir}/sum`, { text: '1' });
      put(fs, `${dir}/log`, { text: '' });
    },
    workload: ({ fs, dir }) => put(fs, `${dir}/log`, { text: sealed('add'), flags: 'a' }),
    recover: ({ fs, dir }) => {
      const added = unsealed(textOf(fs, `${dir}/log`) ?? '').length;
      const sum = Number(textOf(fs, `${dir}/sum`)) + added;
      if (added > 0) {
        put(fs, `${dir}/sum`, { text: String(sum), flags: 'r+' });
        fs.truncateSync(`${dir}/log`, 0);
      }
      return sum;
    },
    invariants: { 'added at most once': ({ state }) => state === 1 || state === 2 },
  }),
  member('a recovery that notes itself each time', order, {
    setup: ({ fs, dir }) => put(fs, `${dir}/log`, { text: '' }),
    workload: ({ fs, dir }) => put(fs, `${dir}/other`, { text: 'x' }),
    idempotent: true,
    recover: ({ fs, dir }) => {
      put(fs, `${dir}/log`, { text: 'recovered\n', flags: 'a' });
      return 'done';
    },
    invariants: { [`never broken, unlike '${idempotentInvariant}'`]: () => true },
  }),
  member('a log before a snapshot', safe, {
    ...checkpointed,
    workload: checkpointing({ syncDir: true }),
  }),
  member(
    'a log emptied before its snapshot is durable',
    missing('directory /data', 'operation 8'),
    {
      ...checkpointed,
      workload: checkpointing({ syncDir: false }),
    },
  ),
  member('in place with a copy', safe, {
    ...copied,
    workload: copying({ sync: true, syncDir: true }),
  }),
  member('in place with a copy that is not synced', missing('file /data/bak', 'operation 1'), {
    ...copied,
    workload: copying({ sync: false, syncDir: true }),
  }),
  member(
    'in place with a copy whose name is not synced',
    missing('directory /data', 'operation 1'),
    {
      ...copied,
      workload: copying({ sync: true, syncDir: false }),
    },
  ),
  member('a chain of directories, all synced', safe, {
    ...chained,
    workload: chain(['/a/b', '/a', '']),
  }),
  member('a chain of directories without the top', missing('directory /data', 'operation 1'), {
    ...chained,
    workload: chain(['/a/b', '/a']),
  }),
  member('a chain of directories without the middle', missing('directory /data/a', 'operation 2'), {
    ...chained,
    workload: chain(['/a/b', '']),
  }),
  member('a job deleted without directory fsync', missing('directory /data', 'operation 1'), {
    ...files,
    workload: ({ fs, dir, acknowledge }) => {
      fs.unlinkSync(`${dir}/job`);
      acknowledge('deleted');
    },
  }),
  member('a job deleted with directory fsync', safe, {
    ...files,
    workload: ({ fs, dir, acknowledge }) => {
      fs.unlinkSync(`${dir}/job`);
      syncDir(fs, dir);
      acknowledge('deleted');
    },
  }),
  member('a lock file that recovery takes away', safe, {
    recover: ({ fs, dir }) => {
      fs.rmSync(`${dir}/lock`, { force: true });
      return fs.readdirSync(dir);
    },
    idempotent: true,
    invariants: { 'no lock is left': ({ state }) => !state.includes('lock') },
    workload: ({ fs, dir }) => {
      put(fs, `${dir}/lock`, { text: '1', flags: 'wx' });
      put(fs, `${dir}/work`, { text: 'x' });
      fs.unlinkSync(`${dir}/lock`);
    },
  }),
  member('a pointer written after its data is durable', safe, {
    ...pointed(),
    workload: pointing(true),
  }),
  member('a pointer that may overtake its data', missing('file /data/data', 'operation 1'), {
    ...pointed(),
    workload: pointing(false),
  }),
  member(
    'a hard link promised without directory fsync',
    missing('directory /data', 'operation 1'),
    {
      ...files,
      invariants: {
        'the second name is there': ({ state, acknowledged }) =>
          acknowledged.length === 0 || state.includes('job2'),
      },
      workload: ({ fs, dir, acknowledge }) => {
        fs.linkSync(`${dir}/job`, `${dir}/job2`);
        acknowledge('linked');
      },
    },
  ),
  member(
    'a symbolic link promised without directory fsync',
    missing('directory /data', 'operation 1'),
    {
      ...files,
      invariants: {
        'the link is there': ({ state, acknowledged }) =>
          acknowledged.length === 0 || state.includes('link'),
      },
      workload: ({ fs, dir, acknowledge }) => {
        fs.symlinkSync('job', `${dir}/link`);
        acknowledge('linked');
      },
    },
  ),
  member('a sync of the wrong file', missing('file /data/b', 'operation 3'), {
    ...twoFiles,
    recover: bothTexts,
    invariants: {
      'b is new once promised': ({ state, acknowledged }) =>
        acknowledged.length === 0 || state.endsWith('2'),
    },
    workload: ({ fs, dir, acknowledge }) => {
      put(fs, `${dir}/a`, { text: '2', flags: 'r+' });
      put(fs, `${dir}/b`, { text: '2', flags: 'r+', sync: false });
      acknowledge('b');
    },
  }),
];

function pointed(): CrashOptions<string> {
  return {
    setup: ({ fs, dir }) => {
      put(fs, `${dir}/data`, { text: '1' });
      put(fs, `${dir}/pointer`, { text: '1' });
    },
    recover: ({ fs, dir }) => `${textOf(fs, `${dir}/pointer`)}:${textOf(fs, `${dir}/data`)}`,
    invariants: {
      'data is as new as the pointer': ({ state }) => !state.startsWith('2') || state === '2:2',
    },
  };
}
