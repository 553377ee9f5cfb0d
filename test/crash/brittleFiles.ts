import type { Files, OpenFile } from '../../src/ports/files.js';
import type { Platform } from '../../src/ports/platform.js';

/** A call that may fail: what is done, and the path that it is done to. */
export type Call = keyof OpenFile | keyof Files;

/** Decides which calls fail, for as long as it stands here. */
export interface Trouble {
  /** The errno that a call fails with; undefined lets it pass. */
  fails: (call: Call, path: string) => string | undefined;
}

/** A platform whose files fail as `trouble` says. */
export function brittle(platform: Platform, trouble: Trouble): Platform {
  const check = (call: Call, path: string): void => {
    const code = trouble.fails(call, path);
    if (code === undefined) return;
    throw Object.assign(new Error(`${code}: planned, ${call} '${path}'`), {
      code,
      syscall: call,
      path,
    });
  };
  const { files } = platform;
  const guarded = (file: OpenFile): OpenFile => ({
    path: file.path,
    read: async (...how) => {
      check('read', file.path);
      return file.read(...how);
    },
    readNow: (...how) => {
      check('readNow', file.path);
      return file.readNow(...how);
    },
    write: async (...how) => {
      check('write', file.path);
      return file.write(...how);
    },
    writeNow: (...how) => {
      check('writeNow', file.path);
      return file.writeNow(...how);
    },
    dataSync: async () => {
      check('dataSync', file.path);
      return file.dataSync();
    },
    dataSyncNow: () => {
      check('dataSyncNow', file.path);
      return file.dataSyncNow();
    },
    sync: async () => {
      check('sync', file.path);
      return file.sync();
    },
    truncate: async (length) => {
      check('truncate', file.path);
      return file.truncate(length);
    },
    size: async () => {
      check('size', file.path);
      return file.size();
    },
    close: async () => {
      check('close', file.path);
      return file.close();
    },
  });
  return {
    ...platform,
    files: {
      ...files,
      open: async (path, mode) => {
        check('open', path);
        return guarded(await files.open(path, mode));
      },
      rename: async (from, to) => {
        check('rename', to);
        return files.rename(from, to);
      },
      link: async (existing, to) => {
        check('link', to);
        return files.link(existing, to);
      },
      existsNow: (path) => {
        check('existsNow', path);
        return files.existsNow(path);
      },
      list: async (path) => {
        check('list', path);
        return files.list(path);
      },
      unlink: async (path) => {
        check('unlink', path);
        return files.unlink(path);
      },
      syncFolder: async (path) => {
        check('syncFolder', path);
        return files.syncFolder(path);
      },
    },
  };
}

/** What trouble a broken log makes: nothing can be written to it, and no new segment begun. */
export const logIsBroken: Trouble['fails'] = (call, path) =>
  /\/(wal|manifest)-|\.tmp$/.test(path) && /^(write|writeNow|dataSync|dataSyncNow)$/.test(call)
    ? 'EIO'
    : undefined;
