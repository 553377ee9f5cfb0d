import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('onFullDisk.mjs', import.meta.url));

/** Runs a command with 16 KB mounted at `$1`, as far as the kernel lets us. */
function withSmallDisk(disk: string, command: readonly string[]): string {
  const mount = 'mount -t tmpfs -o size=16k tmpfs "$1" && shift && exec "$@"';
  const args = ['--map-root-user', '--mount', 'sh', '-c', mount, 'sh', disk, ...command];
  return execFileSync('unshare', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function canMount(): boolean {
  const disk = mkdtempSync(join(tmpdir(), 'full-disk-'));
  try {
    withSmallDisk(disk, ['true']);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(disk, { recursive: true });
  }
}

// Needs Linux with user namespaces: the findings by fault plans hold everywhere, this confirms them.
test.runIf(canMount())('the same on a real disk that is full', () => {
  const disk = mkdtempSync(join(tmpdir(), 'full-disk-'));
  try {
    const verdicts = JSON.parse(withSmallDisk(disk, [process.execPath, script, disk]));
    expect(verdicts).toEqual({
      'write-file-atomic': 'resolved, torn',
      'write-file-atomic, sync': 'resolved, torn',
      atomically: 'resolved, torn',
      'atomically, sync': 'resolved, torn',
      steno: 'ENOSPC, old',
      'lowdb, sync': 'ENOSPC, old',
      conf: 'resolved, torn',
    });
  } finally {
    rmSync(disk, { recursive: true });
  }
});
