import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Volume } from 'memfs';
import { memfsBackend } from '../../faults/backends/memfsBackend.js';
import { nodeBackend } from '../../faults/backends/nodeBackend.js';
import { createFileSystem } from '../../faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../faults/interceptor.js';
import type { Backend } from '../../faults/primitives.js';

/** Where one run of a sweep works. */
export interface SweepGround {
  readonly backend: Backend;
  /** An existing, empty folder. */
  readonly dir: string;
  /** Takes away what the run left. */
  dispose(): void | Promise<void>;
}

/** A memfs volume of its own. */
export function volumeGround(): SweepGround {
  const dir = '/sweep';
  return {
    backend: memfsBackend(Volume.fromJSON({ [dir]: null })),
    dir,
    dispose: () => {},
  };
}

/** A temporary folder of its own on the real disk. */
export function diskGround(): SweepGround {
  const disk = createFileSystem(nodeBackend, passThrough);
  const dir = disk.mkdtempSync(join(tmpdir(), 'flakehound-sweep-'));
  return {
    backend: nodeBackend,
    dir,
    dispose: () => disk.rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}
