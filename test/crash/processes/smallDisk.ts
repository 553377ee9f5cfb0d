import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A kind of small file system of one's own. */
export type DiskKind = 'tmpfs' | 'ext4';

/** How a script ended on one; `refused` where this machine lets nobody mount it. */
export type OnSmallDisk =
  | { readonly kind: 'ended'; readonly status: number | null; readonly output: string }
  | { readonly kind: 'refused'; readonly why: string };

const mounted = 'mounted';

const mounts: Readonly<Record<DiskKind, string>> = {
  tmpfs: 'mount -t tmpfs -o size=2m none "$1"',
  ext4: 'mkfs.ext4 -q -F "$2" && mount -o loop "$2" "$1"',
};

/**
 * Runs a compiled script on a file system of two megabytes (ext4: eight, most of which it takes for
 * itself), which no other process sees and which is gone when the script ends.
 */
export function onSmallDisk(kind: DiskKind, script: string): OnSmallDisk {
  const place = mkdtempSync(join(tmpdir(), 'fh-disk-'));
  const [point, image] = [join(place, 'disk'), join(place, 'image')];
  try {
    mkdirSync(point);
    writeFileSync(image, '');
    truncateSync(image, 8 * 1024 * 1024);
    // Only root may mount what a device holds; with a user namespace everybody may mount a tmpfs.
    const flags = process.getuid?.() === 0 ? ['-m'] : ['-U', '-r', '-m'];
    const commands = `${mounts[kind]} && echo ${mounted} && exec "$3" "$4" "$1"`;
    const { status, stdout, stderr, error } = spawnSync(
      'unshare',
      [...flags, 'sh', '-c', commands, 'sh', point, image, process.execPath, script],
      { encoding: 'utf8', timeout: 60_000 },
    );
    if (error !== undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return { kind: 'refused', why: 'there is no unshare here' };
    }
    if (!stdout.includes(mounted)) return { kind: 'refused', why: stderr.trim() };
    return { kind: 'ended', status, output: `${stdout.slice(mounted.length + 1)}${stderr}` };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
