import { FlakehoundError } from '../../src/index.js';
import { type MemoryVolume, memfsBackend } from './backends/memfsBackend.js';
import { nodeBackend } from './backends/nodeBackend.js';
import type { Backend } from './primitives.js';

/** What a file system with faults can be built on. */
export type FaultTarget =
  /** `node:fs` itself. */
  | typeof import('node:fs')
  /** The fixture `volume`, or whatever else has a backend. */
  | { readonly backend: Backend }
  /** The fixture `tempDir`: the real file system. */
  | { readonly path: string; file(...parts: string[]): string }
  | Backend
  /** A `Volume` of memfs, or what its `createFsFromVolume` makes. */
  | MemoryVolume;

/** @throws FlakehoundError `FAULTS_TARGET` when nothing can be built on it */
export function targetBackend(target: FaultTarget): Backend {
  const given: unknown = target;
  if (isBackend(given)) return given;
  const { backend, promises } = Object(given ?? {}) as { backend?: unknown; promises?: unknown };
  if (isBackend(backend)) return backend;
  // Also what `import * as fs` gives, which is another object.
  if (promises === process.getBuiltinModule('node:fs').promises) return nodeBackend;
  const volume: unknown = Reflect.get(Object(given ?? {}), '__vol') ?? given;
  if (isMemfs(volume)) return memfsBackend(volume);
  if (isTempDir(given)) return nodeBackend;
  throw new FlakehoundError('FAULTS_TARGET', `faults cannot be put over ${kindOf(given)}`, {
    hint: 'give the fixture volume or tempDir, node:fs, a memfs Volume, or a backend',
  });
}

function isBackend(value: unknown): value is Backend {
  const { sync, async } = Object(value ?? {}) as { sync?: unknown; async?: unknown };
  return typeof sync === 'object' && typeof async === 'object' && sync !== null;
}

function isMemfs(value: unknown): value is MemoryVolume {
  const { toJSON, openSync } = Object(value ?? {}) as Record<string, unknown>;
  return typeof toJSON === 'function' && typeof openSync === 'function';
}

function isTempDir(value: unknown): boolean {
  const { path, file } = Object(value ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof file === 'function';
}

function kindOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  if ('openSync' in value) return 'a file system that is neither node:fs nor of memfs';
  return `an object with ${Object.keys(value).join(', ') || 'nothing in it'}`;
}
