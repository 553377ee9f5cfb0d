import { Disk } from '../../../harness/faults/durability/disk.js';
import { diskBackend } from '../../../harness/faults/durability/diskBackend.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../../harness/faults/interceptor.js';

/** A file system with the same files in a folder, which nobody records. */
export function copyDisk(fs: FileSystem, dir: string): FileSystem {
  const copy = createFileSystem(diskBackend(Disk.empty(() => 0)), passThrough);
  copyFolder(fs, copy, dir);
  return copy;
}

function copyFolder(from: FileSystem, to: FileSystem, folder: string): void {
  to.mkdirSync(folder, { recursive: true });
  for (const entry of from.readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) copyFolder(from, to, path);
    else to.writeFileSync(path, from.readFileSync(path));
  }
}
