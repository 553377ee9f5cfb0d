import { errnoError } from '../errno.js';
import type { Primitives } from '../primitives.js';
import { resize } from './descriptorCalls.js';
import { attributesOf, type Bay, type Disk } from './disk.js';
import { openFlags } from './openFlags.js';
import { type Asked, askedOf, type Place, walk } from './pathWalk.js';
import { modeBits, umask } from './timesAndModes.js';

/** `open`: creation, truncation and what the descriptor may do afterwards. */
export function openCall(bay: Bay): Pick<Primitives, 'open'> {
  return {
    open(path, given, mode) {
      const { disk } = bay;
      const asked = askedOf('open', path);
      const flags = openFlags(given, asked);
      const keepsLink = (flags.creates && flags.excludes) || !flags.followsLink;
      const place = walk(disk, path, keepsLink ? { ...asked, lastLink: 'keep' } : asked);
      const isNew = place.ino === undefined;
      if (isNew && !flags.creates) throw errnoError('ENOENT', asked);
      if (flags.creates && place.wantsDirectory) throw errnoError('EISDIR', asked);
      if (!isNew && flags.creates && flags.excludes) throw errnoError('EEXIST', asked);
      const ino = place.ino ?? newFile(disk, place, modeBits(mode ?? 0o666));
      const node = disk.node(ino);
      if (node.kind === 'link') throw errnoError('ELOOP', asked);
      if (node.kind === 'directory' && (flags.canWrite || flags.creates)) {
        throw errnoError('EISDIR', asked);
      }
      if (node.kind === 'file')
        refuseAsDirectory(asked, flags.directoryOnly || place.wantsDirectory);
      if (node.kind === 'file' && flags.truncates) resize(disk, ino, 0);
      const { canRead, canWrite, appends, syncsWrites } = flags;
      return disk.addDescriptor({ ino, canRead, canWrite, appends, syncsWrites, position: 0 });
    },
  };
}

/** Makes an empty file with a name. */
export function newFile(disk: Disk, place: Place, mode: number): number {
  const ino = disk.newIno();
  const attributes = attributesOf(mode & ~umask, disk.now());
  disk.commit({
    kind: 'entries',
    call: 'create',
    changes: [{ directory: place.directory, name: place.name, target: ino }],
    born: { ino, node: { kind: 'file', bytes: new Uint8Array(), attributes } },
  });
  return ino;
}

function refuseAsDirectory(asked: Asked, isWanted: boolean): void {
  if (isWanted) throw errnoError('ENOTDIR', asked);
}
