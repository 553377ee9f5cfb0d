import { defaultBound } from '../../../../harness/faults/durability/bound.js';
import { CrashStates } from '../../../../harness/faults/durability/crashStates.js';
import { Disk } from '../../../../harness/faults/durability/disk.js';
import { diskBackend } from '../../../../harness/faults/durability/diskBackend.js';
import { type CrashModel, soundRules } from '../../../../harness/faults/durability/modelRules.js';
import { Recorder } from '../../../../harness/faults/durability/recorder.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../../../harness/faults/interceptor.js';

/** A script over a directory `/d`. */
export type Script = (fs: FileSystem) => void;

const stopped = () => 0;

/** Every state that a crash may leave, over all crash points, as sorted lines of text. */
export function statesOf(
  script: Script,
  how: { model?: CrashModel; setup?: Script; tears?: boolean } = {},
): string[] {
  const disk = Disk.empty(stopped);
  const backend = diskBackend(disk);
  const plain = createFileSystem(backend, passThrough);
  plain.mkdirSync('/d');
  how.setup?.(plain);
  const recorder = new Recorder(disk);
  script(createFileSystem(backend, recorder));
  const recording = recorder.recording();
  const states = new CrashStates(recording, {
    model: how.model ?? 'posix',
    bound: { ...defaultBound, exhaustive: 12, exhaustiveTorn: 12 },
    rules: { ...soundRules, tears: how.tears ?? false },
    seed: 1,
    now: stopped,
  });
  const found = new Set<string>();
  for (let point = 0; point <= recording.effects.length; point++) {
    for (const fates of states.fatesAt(point)) {
      const left = createFileSystem(diskBackend(states.diskAt(point, fates)), passThrough);
      found.add(textOf(left, '/d'));
    }
  }
  return [...found].sort();
}

/** `a=text b/c=text`; nothing at all is `-`. */
function textOf(fs: FileSystem, dir: string, prefix = ''): string {
  const parts = fs.readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) return [`${name}/`, textOf(fs, path, `${name}/`)];
    if (entry.isSymbolicLink()) return [`${name}->${fs.readlinkSync(path)}`];
    return [`${name}=${fs.readFileSync(path, 'latin1').replaceAll('\0', '0')}`];
  });
  const text = parts.filter((part) => part !== '-').sort();
  return text.length === 0 ? '-' : text.join(' ');
}
