import type { FileSystem } from '../../../harness/faults/fileSystem/createFileSystem.js';
import type { NodeFs } from '../../../src/node/nodeFs.js';

type Settle = (error: NodeJS.ErrnoException | null, ...values: never[]) => void;

/** Whether the process that makes the calls still runs. */
export interface Life {
  isOver: boolean;
}

/**
 * A file system in memory whose calls back come at once. Recovery awaits each call before the next,
 * so nothing but time is won by it; and a million recoveries take time. Once the caller's life is
 * over nothing happens any more, and nobody is called back.
 */
export function promptFs(fs: FileSystem, life: Life = { isOver: false }): NodeFs {
  const prompt =
    (call: (...args: never[]) => unknown) =>
    (...args: unknown[]): void => {
      if (life.isOver) return;
      const settle = args.pop() as Settle;
      let value: unknown;
      try {
        value = call(...(args as never[]));
      } catch (error) {
        settle(error as NodeJS.ErrnoException);
        return;
      }
      settle(null, ...([value] as never[]));
    };
  const mortal =
    (call: (...args: never[]) => unknown) =>
    (...args: never[]): unknown => {
      if (life.isOver) throw new Error('the process is dead');
      return call(...args);
    };
  const calls = {
    open: prompt(fs.openSync),
    read: prompt(fs.readSync as never),
    readSync: mortal(fs.readSync as never),
    write: prompt(fs.writeSync as never),
    writeSync: mortal(fs.writeSync as never),
    fdatasync: prompt(fs.fdatasyncSync),
    fdatasyncSync: mortal(fs.fdatasyncSync as never),
    fsync: prompt(fs.fsyncSync),
    ftruncate: prompt(fs.ftruncateSync),
    fstat: prompt(fs.fstatSync as never),
    close: prompt(fs.closeSync),
    mkdir: prompt(fs.mkdirSync as never),
    readdir: prompt(fs.readdirSync as never),
    stat: prompt(fs.statSync as never),
    statSync: mortal(fs.statSync as never),
    rename: prompt(fs.renameSync),
    link: prompt(fs.linkSync),
    unlink: prompt(fs.unlinkSync),
  };
  return calls as unknown as NodeFs;
}
