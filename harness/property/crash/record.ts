import { Disk, type Now } from '../../faults/durability/disk.js';
import { diskBackend } from '../../faults/durability/diskBackend.js';
import { Recorder } from '../../faults/durability/recorder.js';
import type { Recording } from '../../faults/durability/recording.js';
import { createFileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { type Interceptor, passThrough } from '../../faults/interceptor.js';
import type { CrashWorld, Workload } from './world.js';

/** Runs a workload once, from start to end, and notes what it does to the disk. */
export async function recordOnDisk(
  workload: Workload,
  how: {
    dir: string;
    now: Now;
    setup: (world: CrashWorld) => unknown;
    through: () => Interceptor;
  },
): Promise<Recording> {
  const { dir } = how;
  const disk = Disk.empty(how.now);
  const backend = diskBackend(disk);
  const plain = createFileSystem(backend, passThrough);
  plain.mkdirSync(dir, { recursive: true });
  await how.setup({ fs: plain, dir });
  const recorder = new Recorder(disk);
  const fs = createFileSystem(backend, recorder.around(how.through()));
  await workload({
    fs,
    dir,
    started: (label, value) => recorder.mark({ says: 'started', label, value }),
    acknowledge: (label, value) => recorder.mark({ says: 'acknowledged', label, value }),
  });
  return recorder.recording();
}
