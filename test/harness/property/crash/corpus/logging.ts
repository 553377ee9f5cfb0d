import { constants } from 'node:fs';
import type { CrashOptions, CrashWorld, Workload } from '../../../../../harness/property/index.js';
import { keepsPromises, put, sealed, syncDir, textOf, unsealed } from './calls.js';
import { failingSync } from './failingSync.js';
import { member, missing, order, safe, torn } from './member.js';

const entries = ['alpha', 'beta', 'gamma'];
type Sync = 'fsyncSync' | 'fdatasyncSync' | 'none';

/** A log of sealed lines that is there, empty, from the start. */
const sealedLog: CrashOptions<readonly string[]> = {
  setup: ({ fs, dir }) => {
    put(fs, `${dir}/log`, { text: '' });
    syncDir(fs, dir);
  },
  recover: ({ fs, dir }) => unsealed(textOf(fs, `${dir}/log`) ?? ''),
  invariants: keepsPromises,
};

const appending =
  (how: { flags: string | number; sync: Sync; line: (entry: string) => string }): Workload =>
  ({ fs, dir, started, acknowledge }) => {
    const fd = fs.openSync(`${dir}/log`, how.flags);
    for (const entry of entries) {
      started(entry);
      fs.writeSync(fd, how.line(entry));
      if (how.sync !== 'none') fs[how.sync](fd);
      acknowledge(entry);
    }
    fs.closeSync(fd);
  };

const plainLines: CrashOptions<readonly string[]> = {
  ...sealedLog,
  recover: ({ fs, dir }) => (textOf(fs, `${dir}/log`) ?? '').split('\n').slice(0, -1),
};

/** Cells of four bytes; the log ends where a cell isn't as `isWhole` wants it. */
const cellLog = (isWhole: (cell: Buffer) => boolean): CrashOptions<readonly string[]> => ({
  setup: ({ fs, dir }) => put(fs, `${dir}/log`, { text: '\0'.repeat(16) }),
  recover: ({ fs, dir }) => {
    const bytes = fs.readFileSync(`${dir}/log`);
    const cells: string[] = [];
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const cell = bytes.subarray(at, at + 4);
      if (!isWhole(cell)) break;
      cells.push(cell.toString('latin1'));
    }
    return cells;
  },
  invariants: keepsPromises,
});

const fillingCells =
  (cells: readonly string[]): Workload =>
  ({ fs, dir, started, acknowledge }) => {
    const fd = fs.openSync(`${dir}/log`, 'r+');
    cells.forEach((cell, index) => {
      started(cell);
      fs.writeSync(fd, Buffer.from(cell, 'latin1'), 0, 4, index * 4);
      fs.fdatasyncSync(fd);
      acknowledge(cell);
    });
    fs.closeSync(fd);
  };

const slot = 32;
const frame = (generation: number, text: string): string =>
  sealed(`${generation}:${text}`.padEnd(slot - 10));
/** A log of fixed slots that was used before: what it held in its first life still stands there. */
const recycledLog = (
  isCurrent: (generation: string) => boolean,
): CrashOptions<readonly string[]> => ({
  setup: ({ fs, dir }) =>
    put(fs, `${dir}/log`, { text: [1, 2, 3].map((n) => frame(1, `old${n}`)).join('') }),
  recover: ({ fs, dir }) =>
    unsealed(fs.readFileSync(`${dir}/log`, 'latin1'))
      .map((payload) => payload.trim().split(':') as [string, string])
      .filter(([generation]) => isCurrent(generation))
      .map(([, text]) => text),
  invariants: {
    'acknowledged entries survive': keepsPromises['acknowledged entries survive'],
    'no entry of the first life follows': ({ state, acknowledged }) =>
      acknowledged.length === 0 || state.every((text) => !text.startsWith('old')),
  },
});
const recycling: Workload = ({ fs, dir, started, acknowledge }) => {
  const fd = fs.openSync(`${dir}/log`, 'r+');
  entries.slice(0, 2).forEach((entry, index) => {
    started(entry);
    fs.writeSync(fd, frame(2, entry), index * slot);
    fs.fdatasyncSync(fd);
    acknowledge(entry);
  });
  fs.closeSync(fd);
};

const additive = (text: string): string =>
  text + String.fromCharCode([...text].reduce((sum, c) => sum + c.charCodeAt(0), 0) & 0xff);
const isAdditive = (cell: Buffer): boolean =>
  cell.toString('latin1') === additive(cell.toString('latin1', 0, 3));

const createdLog = ({ fs, dir }: CrashWorld) => unsealed(textOf(fs, `${dir}/log`) ?? '');

const creating =
  (how: { syncDir: boolean }): Workload =>
  ({ fs, dir, started, acknowledge }) => {
    started('alpha');
    put(fs, `${dir}/log`, { text: sealed('alpha'), flags: 'a' });
    if (how.syncDir) syncDir(fs, dir);
    acknowledge('alpha');
  };

const emptying =
  (sync: boolean): Workload =>
  ({ fs, dir, acknowledge }) => {
    const fd = fs.openSync(`${dir}/log`, 'r+');
    fs.ftruncateSync(fd, 0);
    if (sync) fs.fsyncSync(fd);
    acknowledge('emptied');
    fs.closeSync(fd);
  };
const fullLog: CrashOptions<string | undefined> = {
  setup: ({ fs, dir }) => put(fs, `${dir}/log`, { text: sealed('alpha') }),
  recover: ({ fs, dir }) => textOf(fs, `${dir}/log`),
  invariants: {
    'empty once promised': ({ state, acknowledged }) => acknowledged.length === 0 || state === '',
  },
};

export const loggingWriters = [
  member('a log with checksums and fsync', safe, {
    ...sealedLog,
    workload: appending({ flags: 'a', sync: 'fsyncSync', line: sealed }),
  }),
  member('a log with checksums and no sync', missing('file /data/log', 'operations 1, 2, 3'), {
    ...sealedLog,
    workload: appending({ flags: 'a', sync: 'none', line: sealed }),
  }),
  member('a log with checksums and fdatasync, growing', safe, {
    ...sealedLog,
    workload: appending({ flags: 'a', sync: 'fdatasyncSync', line: sealed }),
  }),
  member('a log with checksums through O_DSYNC', safe, {
    ...sealedLog,
    workload: appending({
      flags: constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC,
      sync: 'none',
      line: sealed,
    }),
  }),
  member('a log with checksums through the flags as', safe, {
    ...sealedLog,
    workload: appending({ flags: 'as', sync: 'none', line: sealed }),
  }),
  member('a log of bare lines with fsync', torn(1), {
    ...plainLines,
    workload: appending({ flags: 'a', sync: 'fsyncSync', line: (entry) => `${entry}\n` }),
  }),
  member('a log with one fsync for a group', safe, {
    ...sealedLog,
    workload: ({ fs, dir, started, acknowledge }) => {
      const fd = fs.openSync(`${dir}/log`, 'a');
      for (const entry of entries) started(entry);
      for (const entry of entries) fs.writeSync(fd, sealed(entry));
      fs.fsyncSync(fd);
      for (const entry of entries) acknowledge(entry);
      fs.closeSync(fd);
    },
  }),
  member('a log that promises before its fsync', missing('file /data/log', 'operation 1'), {
    ...sealedLog,
    workload: ({ fs, dir, started, acknowledge }) => {
      const fd = fs.openSync(`${dir}/log`, 'a');
      started('alpha');
      fs.writeSync(fd, sealed('alpha'));
      acknowledge('alpha');
      fs.fsyncSync(fd);
      fs.closeSync(fd);
    },
  }),
  member('a log that asks again after a failed fsync', missing('file /data/log', 'operation 1'), {
    ...sealedLog,
    through: failingSync(1),
    workload: ({ fs, dir, started, acknowledge }) => {
      const fd = fs.openSync(`${dir}/log`, 'a');
      started('alpha');
      fs.writeSync(fd, sealed('alpha'));
      try {
        fs.fsyncSync(fd);
      } catch {
        fs.fsyncSync(fd);
      }
      acknowledge('alpha');
      fs.closeSync(fd);
    },
  }),
  member('a log that writes again after a failed fsync', safe, {
    ...sealedLog,
    through: failingSync(1),
    workload: ({ fs, dir, started, acknowledge }) => {
      const fd = fs.openSync(`${dir}/log`, 'r+');
      started('alpha');
      fs.writeSync(fd, sealed('alpha'), 0);
      try {
        fs.fsyncSync(fd);
      } catch {
        fs.writeSync(fd, sealed('alpha'), 0);
        fs.fsyncSync(fd);
      }
      acknowledge('alpha');
      fs.closeSync(fd);
    },
  }),
  member('a new log without directory fsync', missing('directory /data', 'operation 1'), {
    recover: createdLog,
    invariants: keepsPromises,
    workload: creating({ syncDir: false }),
  }),
  member('a new log with directory fsync', safe, {
    recover: createdLog,
    invariants: keepsPromises,
    workload: creating({ syncDir: true }),
  }),
  member('a log written by a stream with flush', safe, {
    ...sealedLog,
    workload: async ({ fs, dir, started, acknowledge }) => {
      started('alpha');
      await new Promise<void>((resolve, reject) => {
        const stream = fs.createWriteStream(`${dir}/log`, { flags: 'a', flush: true });
        stream.on('error', reject).on('close', () => resolve());
        stream.end(sealed('alpha'));
      });
      acknowledge('alpha');
    },
  }),
  member('preallocated cells of which zeros mean the end', torn(1), {
    ...cellLog((cell) => !cell.includes(0)),
    workload: fillingCells(['AAAA', 'BBBB']),
  }),
  member('cells with a checksum that zeros pass', torn(1), {
    ...cellLog(isAdditive),
    setup: ({ fs, dir }) => fs.writeFileSync(`${dir}/log`, Buffer.alloc(8, 0xff)),
    workload: fillingCells([additive('abc'), additive('bcd')]),
  }),
  member('cells with a mark of completeness at their end', torn(1), {
    ...cellLog((cell) => cell[3] === 0x43),
    workload: fillingCells(['AAAC', 'BBBC']),
  }),
  member('a recycled log that knows generations', safe, {
    ...recycledLog((generation) => generation === '2'),
    workload: recycling,
  }),
  member('a recycled log whose stale tail passes', order, {
    ...recycledLog(() => true),
    workload: recycling,
  }),
  member('a log emptied and synced', safe, { ...fullLog, workload: emptying(true) }),
  member('a log emptied without fsync', missing('file /data/log', 'operation 1'), {
    ...fullLog,
    workload: emptying(false),
  }),
  member('a header in two slots by turns', safe, { ...headers(2), workload: header(2) }),
  member('a header in one slot', torn(1), { ...headers(1), workload: header(1) }),
];

function headers(slots: number): CrashOptions<number> {
  const version = (n: number) => sealed(String(n).padEnd(20)).padEnd(slot);
  return {
    setup: ({ fs, dir }) => put(fs, `${dir}/head`, { text: version(0).repeat(slots) }),
    recover: ({ fs, dir }) => {
      const text = fs.readFileSync(`${dir}/head`, 'latin1');
      const found = Array.from({ length: slots }, (_, at) => text.slice(at * slot, (at + 1) * slot))
        .flatMap((part) => unsealed(part))
        .map(Number);
      return Math.max(...found);
    },
    invariants: {
      'a version is there': ({ state }) => Number.isFinite(state),
      'no promised version is lost': ({ state, acknowledged }) => state >= acknowledged.length,
    },
  };
}

function header(slots: number): Workload {
  return ({ fs, dir, acknowledge }) => {
    const fd = fs.openSync(`${dir}/head`, 'r+');
    for (const n of [1, 2, 3]) {
      fs.writeSync(fd, sealed(String(n).padEnd(20)).padEnd(slot), (n % slots) * slot);
      fs.fdatasyncSync(fd);
      acknowledge(String(n));
    }
    fs.closeSync(fd);
  };
}
