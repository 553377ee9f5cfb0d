import { keptFolder } from '../../engine/files/kept.js';
import { checkpointFiles, manifestEpochOf } from '../../engine/files/manifest.js';
import { findRecoveryFiles } from '../../engine/files/recoveryFile.js';
import { isTemporaryName } from '../../engine/files/replaceFile.js';
import { epochOfName } from '../../engine/ownership/lockFile.js';
import type { Manifest } from '../../engine/seam.js';
import type { Platform } from '../../ports/platform.js';
import type { StoreFinding } from './findings.js';

/** A folder that is looked at. */
export interface FolderPlace {
  readonly platform: Platform;
  readonly dir: string;
  /** Undefined where it can't be read. */
  readonly manifest: Manifest | undefined;
  readonly isHeld: boolean;
  /** Where recovery files may be. */
  readonly recoveryFolders: readonly string[];
}

/** Looks at what else is in a store's folder: recovery files, kept copies, leftovers, strangers. */
export async function checkFolder(place: FolderPlace): Promise<readonly StoreFinding[]> {
  const { platform, dir, manifest } = place;
  const { files } = platform;
  const findings: StoreFinding[] = [];
  for (const name of await files.list(dir)) {
    if (name === keptFolder) {
      findings.push(...(await keptCopies(place)));
    } else {
      const found = manifest === undefined ? undefined : strayOf(name, place, manifest);
      if (found !== undefined) findings.push({ ...found, file: files.join(dir, name) });
    }
  }
  findings.push(...(await recoveryFiles(place)));
  return findings;
}

async function keptCopies({ platform, dir }: FolderPlace): Promise<readonly StoreFinding[]> {
  const folder = platform.files.join(dir, keptFolder);
  const names = await platform.files.list(folder).catch(() => []);
  return names.map((name) => ({
    severity: 'info' as const,
    file: platform.files.join(folder, name),
    what: 'it is a copy of bytes that an open cut off',
    hint: 'remove it once nobody wants to look at it',
  }));
}

async function recoveryFiles(place: FolderPlace): Promise<readonly StoreFinding[]> {
  const { platform, manifest, recoveryFolders } = place;
  if (manifest === undefined) return [];
  const { storeId } = manifest;
  const { found, notes } = await findRecoveryFiles(platform, recoveryFolders, storeId);
  return [
    ...found.map(({ path, file }) => ({
      severity: 'warning' as const,
      file: path,
      what: `${file.updates.length} updates wait in it since ${file.time}: ${file.error.message}`,
      hint: 'open the store, which merges them',
    })),
    ...notes.map((what) => ({
      severity: 'warning' as const,
      file: place.dir,
      what,
      hint: 'keep the file; look whether it can be repaired from a copy',
    })),
  ];
}

function strayOf(
  name: string,
  { isHeld }: FolderPlace,
  manifest: Manifest,
): Omit<StoreFinding, 'file'> | undefined {
  if (epochOfName(name) !== undefined || name.startsWith('recovery-')) return undefined;
  const { epoch, log, checkpoints } = manifest;
  const live = new Set([
    ...log.segments.map((segment) => segment.name),
    ...log.spares,
    ...checkpoints.flatMap(checkpointFiles),
  ]);
  if (live.has(name)) return undefined;
  const ofEpoch = manifestEpochOf(name);
  const isSocket = /^guests-.*\.sock$/.test(name);
  if (isSocket && isHeld) return undefined;
  const isLeft =
    isSocket ||
    isTemporaryName(name) ||
    /^(wal|spare|jobs|logs)-/.test(name) ||
    (ofEpoch !== undefined && ofEpoch < epoch);
  if (ofEpoch !== undefined && !isLeft) return undefined;
  if (!isLeft) {
    const what = 'it is no file of the store';
    return { severity: 'info', what, hint: 'nothing: the store leaves it alone' };
  }
  return {
    severity: 'info',
    what: isHeld ? 'it is being made, or was left over' : 'it was left over by a crash',
    hint: 'nothing: the next open removes what nobody needs',
  };
}
