import { type MemoryVolume, memfsBackend } from '../../faults/backends/memfsBackend.js';
import { nodeBackend } from '../../faults/backends/nodeBackend.js';
import { Disk, type Now } from '../../faults/durability/disk.js';
import { diskBackend } from '../../faults/durability/diskBackend.js';
import { copyTree, Mirror } from '../../faults/durability/mirror.js';
import { Recorder } from '../../faults/durability/recorder.js';
import type { Recording } from '../../faults/durability/recording.js';
import { createFileSystem, type FileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { type Interceptor, passThrough } from '../../faults/interceptor.js';
import { routed } from '../routed.js';
import type { CrashWorld, Workload } from './world.js';

/** The file system that a workload runs on: a model's own, the real one, or a memfs volume. */
export type Ground = 'disk' | 'node:fs' | { readonly volume: MemoryVolume };

/** How a workload is recorded. */
export interface RecordHow {
  readonly dir: string;
  readonly now: Now;
  readonly over: Ground;
  readonly installed: boolean;
  readonly setup: (world: CrashWorld) => void | Promise<void>;
  readonly through: () => Interceptor;
}

/** Runs a workload once, from start to end, and notes what it does below its directory. */
export async function record(workload: Workload, how: RecordHow): Promise<Recording> {
  const { dir } = how;
  const disk = Disk.empty(how.now);
  const onDisk = diskBackend(disk);
  const shadow = createFileSystem(onDisk, passThrough);
  shadow.mkdirSync(dir, { recursive: true });
  const backend =
    how.over === 'disk'
      ? onDisk
      : how.over === 'node:fs'
        ? nodeBackend
        : memfsBackend(how.over.volume);
  const plain = createFileSystem(backend, passThrough);
  plain.mkdirSync(dir, { recursive: true });
  await routed(how, plain, async () => how.setup({ fs: plain, dir }));
  if (backend !== onDisk) copyTree(backend.sync, onDisk.sync, dir);
  const recorder = new Recorder(disk);
  const inner = backend === onDisk ? recorder : new Mirror(recorder, disk, { backend, dir });
  const fs: FileSystem = createFileSystem(backend, recorder.around(how.through(), inner));
  await routed(how, fs, async () =>
    workload({
      fs,
      dir,
      started: (label, value) => recorder.mark({ says: 'started', label, value }),
      acknowledge: (label, value) => recorder.mark({ says: 'acknowledged', label, value }),
    }),
  );
  return recorder.recording();
}
