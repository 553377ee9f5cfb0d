/** The file system that a folder lies on. */
export interface Place {
  readonly kind: string;
  readonly device: string;
}

/** Their syncs cost nothing, so that ratios to them say nothing. */
const inMemory = ['tmpfs', 'ramfs', 'devtmpfs'];

/**
 * Finds the file system of `path` in what `/proc/mounts` says.
 *
 * @param path - absolute, with links resolved
 */
export function placeOf(path: string, mounts: string): Place | undefined {
  let longest = '';
  let found: Place | undefined;
  for (const line of mounts.split('\n')) {
    const [device, escaped, kind] = line.split(' ');
    if (!device || !escaped || !kind) continue;
    const at = escaped.replace(/\\([0-7]{3})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 8)),
    );
    const isAbove = at === '/' || path === at || path.startsWith(`${at}/`);
    // Of two mounts on one folder the later one hides the earlier.
    if (isAbove && at.length >= longest.length) {
      longest = at;
      found = { kind, device };
    }
  }
  return found;
}

/** Whether a sync there reaches something that survives the power. */
export const isDurable = (place: Place): boolean => !inMemory.includes(place.kind);
