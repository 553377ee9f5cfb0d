import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Volume } from 'memfs';
import { nodeBackend } from '../../faults/backends/nodeBackend.js';
import type { FaultTarget } from '../../faults/faultTarget.js';
import { createFileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../faults/interceptor.js';

/** Where one run of a sweep works. */
export interface SweepGround {
  /** What the file system that fails is built on. */
  readonly over: FaultTarget;
  /** An existing, empty folder. */
  readonly dir: string;
  /** Takes away what the run left. */
  dispose(): void | Promise<void>;
}

/** A memfs volume of its own. */
export function volumeGround(): SweepGround {
  const dir = '/sweep';
  return {
    over: Volume.fromJSON({ [dir]: null }),
    dir,
    dispose: () => {},
  };
}

/** A temporary folder of its own on the real disk. */
export function diskGround(): SweepGround {
  const disk = createFileSystem(nodeBackend, passThrough);
  const dir = disk.mkdtempSync(join(tmpdir(), 'flakehound-sweep-'));
  return {
    over: nodeBackend,
    dir,
    dispose: () => disk.rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}
