import type {
  CrashOptions,
  CrashWorld,
  Seen,
  Workload,
} from '../../../../../harness/property/index.js';
import { put, syncDir, textOf } from './calls.js';
import { member, missing, order, safe, torn } from './member.js';

const oldText = 'old contents';
const newText = 'new contents';

/** One file that is to hold either text, and the new one once that was promised. */
const oneFile: CrashOptions<string | undefined> = {
  setup: ({ fs, dir }) => put(fs, `${dir}/file`, { text: oldText }),
  recover: ({ fs, dir }) => textOf(fs, `${dir}/file`),
  invariants: {
    'old or new': ({ state }) => state === oldText || state === newText,
    'new once promised': ({ state, acknowledged }) =>
      acknowledged.length === 0 || state === newText,
  },
};

const replacing =
  (how: { sync: boolean; syncDir: boolean; acknowledge: boolean }): Workload =>
  ({ fs, dir, acknowledge }) => {
    put(fs, `${dir}/file.tmp`, { text: newText, sync: how.sync });
    fs.renameSync(`${dir}/file.tmp`, `${dir}/file`);
    if (how.syncDir) syncDir(fs, dir);
    if (how.acknowledge) acknowledge('new');
  };

const moved: CrashOptions<string> = {
  setup: ({ fs, dir }) => {
    fs.mkdirSync(`${dir}/from`);
    fs.mkdirSync(`${dir}/to`);
    put(fs, `${dir}/from/job`, { text: 'x' });
  },
  recover: ({ fs, dir }) =>
    [...fs.readdirSync(`${dir}/from`), '>', ...fs.readdirSync(`${dir}/to`)].join(''),
  invariants: {
    'the job is somewhere': ({ state }) => state !== '>',
    'in its new place once promised': ({ state, acknowledged }) =>
      acknowledged.length === 0 || state.endsWith('>job'),
  },
};

const moving =
  (syncs: readonly string[]): Workload =>
  ({ fs, dir, acknowledge }) => {
    fs.renameSync(`${dir}/from/job`, `${dir}/to/job`);
    for (const name of syncs) syncDir(fs, `${dir}/${name}`);
    if (syncs.length > 0) acknowledge('moved');
  };

const release = ({ fs, dir }: CrashWorld) => {
  fs.mkdirSync(`${dir}/v1`);
  put(fs, `${dir}/v1/app`, { text: 'one' });
  fs.symlinkSync('v1', `${dir}/current`);
};
const releases: CrashOptions<string | undefined> = {
  setup: release,
  recover: ({ fs, dir }) => textOf(fs, `${dir}/current/app`),
  invariants: {
    'a whole release': ({ state }) => state === 'one' || state === 'two',
    'the new one once promised': ({ state, acknowledged }) =>
      acknowledged.length === 0 || state === 'two',
  },
};

const releasing =
  (how: { sync: boolean; syncDir: boolean }): Workload =>
  ({ fs, dir, acknowledge }) => {
    fs.mkdirSync(`${dir}/v2`);
    put(fs, `${dir}/v2/app`, { text: 'two', sync: how.sync });
    syncDir(fs, `${dir}/v2`);
    syncDir(fs, dir);
    fs.symlinkSync('v2', `${dir}/next`);
    fs.renameSync(`${dir}/next`, `${dir}/current`);
    if (how.syncDir) syncDir(fs, dir);
    acknowledge('two');
  };

const eitherName = ({ fs, dir }: CrashWorld) =>
  textOf(fs, `${dir}/file`) ?? textOf(fs, `${dir}/bak`);
const isNewOncePromised = ({ state, acknowledged }: Seen<string | undefined>) =>
  acknowledged.length === 0 || state === newText;

export const replacingWriters = [
  member('temp, fsync, rename, directory fsync', safe, {
    ...oneFile,
    workload: replacing({ sync: true, syncDir: true, acknowledge: true }),
  }),
  member('temp and rename without file fsync', missing('file /data/file.tmp', 'operation 2'), {
    ...oneFile,
    workload: replacing({ sync: false, syncDir: true, acknowledge: true }),
  }),
  member(
    'temp and rename promised without directory fsync',
    missing('directory /data', 'operation 4'),
    {
      ...oneFile,
      workload: replacing({ sync: true, syncDir: false, acknowledge: true }),
    },
  ),
  member('temp and rename without directory fsync, nothing promised', safe, {
    ...oneFile,
    workload: replacing({ sync: true, syncDir: false, acknowledge: false }),
  }),
  member('temp, sync and rename by promises and a FileHandle', safe, {
    ...oneFile,
    workload: async ({ fs, dir, acknowledge }) => {
      const handle = await fs.promises.open(`${dir}/file.tmp`, 'w');
      await handle.writeFile(newText);
      await handle.sync();
      await handle.close();
      await fs.promises.rename(`${dir}/file.tmp`, `${dir}/file`);
      const folder = await fs.promises.open(dir, 'r');
      await folder.sync();
      await folder.close();
      acknowledge('new');
    },
    recover: async ({ fs, dir }) => fs.promises.readFile(`${dir}/file`, 'utf8'),
  }),
  member('a file written in place', torn(1), {
    ...oneFile,
    workload: ({ fs, dir, acknowledge }) => {
      put(fs, `${dir}/file`, { text: newText, flags: 'r+' });
      acknowledge('new');
    },
  }),
  member('one byte written in place', safe, {
    setup: ({ fs, dir }) => put(fs, `${dir}/flag`, { text: '0' }),
    recover: ({ fs, dir }) => textOf(fs, `${dir}/flag`),
    invariants: {
      'a digit': ({ state }) => state === '0' || state === '1',
      'set once promised': ({ state, acknowledged }) => acknowledged.length === 0 || state === '1',
    },
    workload: ({ fs, dir, acknowledge }) => {
      put(fs, `${dir}/flag`, { text: '1', flags: 'r+' });
      acknowledge('set');
    },
  }),
  member('a file truncated, then written', order, {
    ...oneFile,
    workload: ({ fs, dir, acknowledge }) => {
      put(fs, `${dir}/file`, { text: newText });
      acknowledge('new');
    },
  }),
  member('a file deleted, then made anew', order, {
    ...oneFile,
    workload: ({ fs, dir, acknowledge }) => {
      fs.unlinkSync(`${dir}/file`);
      put(fs, `${dir}/file`, { text: newText });
      syncDir(fs, dir);
      acknowledge('new');
    },
  }),
  member('a swap by unlink and link with a second name', safe, {
    ...oneFile,
    recover: eitherName,
    invariants: { ...oneFile.invariants, 'new once promised': isNewOncePromised },
    workload: ({ fs, dir, acknowledge }) => {
      fs.linkSync(`${dir}/file`, `${dir}/bak`);
      syncDir(fs, dir);
      put(fs, `${dir}/file.tmp`, { text: newText });
      fs.unlinkSync(`${dir}/file`);
      fs.linkSync(`${dir}/file.tmp`, `${dir}/file`);
      syncDir(fs, dir);
      fs.unlinkSync(`${dir}/bak`);
      acknowledge('new');
    },
  }),
  member(
    'the same without a sync after the second name',
    missing('directory /data', 'operation 1'),
    {
      ...oneFile,
      recover: eitherName,
      workload: ({ fs, dir }) => {
        fs.linkSync(`${dir}/file`, `${dir}/bak`);
        put(fs, `${dir}/file.tmp`, { text: newText });
        fs.unlinkSync(`${dir}/file`);
        fs.linkSync(`${dir}/file.tmp`, `${dir}/file`);
        syncDir(fs, dir);
      },
    },
  ),
  member('a rename between directories, nothing promised', safe, {
    ...moved,
    workload: moving([]),
  }),
  member('a rename between directories, the new one synced', safe, {
    ...moved,
    workload: moving(['to']),
  }),
  member(
    'a rename between directories, neither synced',
    missing('directory /data/to', 'operation 1'),
    {
      ...moved,
      workload: ({ fs, dir, acknowledge }) => {
        fs.renameSync(`${dir}/from/job`, `${dir}/to/job`);
        acknowledge('moved');
      },
    },
  ),
  member('a symbolic link swapped', safe, {
    ...releases,
    workload: releasing({ sync: true, syncDir: true }),
  }),
  member('a symbolic link swapped to unsynced files', missing('file /data/v2/app', 'operation 3'), {
    ...releases,
    workload: releasing({ sync: false, syncDir: true }),
  }),
  member(
    'a symbolic link swapped without directory fsync',
    missing('directory /data', 'operation 8'),
    {
      ...releases,
      workload: releasing({ sync: true, syncDir: false }),
    },
  ),
];
