import { mkdtempSync, readdir, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { nodeBackend } from '../../../../harness/faults/backends/nodeBackend.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../../../harness/faults/fileSystem/createFileSystem.js';
import type { Interceptor, Operation } from '../../../../harness/faults/interceptor.js';
import { passThrough } from '../../../../harness/faults/interceptor.js';
import type { Backend } from '../../../../harness/faults/primitives.js';

/** A real directory for one test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'flakehound-fs-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Lets everything pass and keeps what passed, also how it failed. */
export function recordingInterceptor(): {
  interceptor: Interceptor;
  operations: Operation[];
  failures: { operation: Operation; error: Error }[];
} {
  const operations: Operation[] = [];
  const failures: { operation: Operation; error: Error }[] = [];
  const interceptor: Interceptor = {
    sync: (operation, proceed) => {
      operations.push(operation);
      try {
        return proceed();
      } catch (error) {
        failures.push({ operation, error: error as Error });
        throw error;
      }
    },
    async: async (operation, proceed) => {
      operations.push(operation);
      return proceed().catch((error) => {
        failures.push({ operation, error });
        throw error;
      });
    },
  };
  return { interceptor, operations, failures };
}

/** A file system over the disk, or another backend, that keeps what passed. */
export function recordedFileSystem(backend: Backend = nodeBackend) {
  const recording = recordingInterceptor();
  return { ...recording, fs: createFileSystem(backend, recording.interceptor) };
}

/** A file system over the disk with nothing between. */
export function plainFileSystem(): FileSystem {
  return createFileSystem(nodeBackend, passThrough);
}

type AnyCall = (...args: unknown[]) => unknown;

/** How a call ended. */
export type End = { value: unknown } | { error: Error };

export const forms = ['sync', 'callback', 'promise'] as const;
export type Form = (typeof forms)[number];

/** Makes one call in one of its three forms; a form that is missing ends in an error. */
export async function callIn(
  fs: FileSystem,
  form: Form,
  [name, ...args]: readonly [string, ...unknown[]],
): Promise<End> {
  try {
    if (form === 'sync') return { value: (Reflect.get(fs, `${name}Sync`) as AnyCall)(...args) };
    if (form === 'promise') {
      return { value: await (Reflect.get(fs.promises, name) as AnyCall)(...args) };
    }
    return await new Promise((resolve, reject) => {
      let hasReturned = false;
      const end = (error: Error | null, value: unknown): void => {
        // Node's own recursive readdir is guilty of it.
        if (!hasReturned && fs.readdir !== readdir)
          reject(new Error(`${name} called back before it returned`));
        resolve(error ? { error } : { value });
      };
      (Reflect.get(fs, name) as AnyCall)(...args, end);
      hasReturned = true;
    });
  } catch (error) {
    return { error: error as Error };
  }
}
