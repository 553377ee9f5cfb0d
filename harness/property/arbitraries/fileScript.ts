import { toStringMethod } from 'fast-check';
import { printLines } from './printCode.js';

/** How a script's step opens a file. */
export type ScriptFlags = 'r' | 'r+' | 'w' | 'wx' | 'a';

/**
 * One call of a script. Paths are relative to the folder that the script is run in, with `/`
 * between names; handles are names that an `open` binds. `syncDir` opens a folder, syncs it and
 * closes it: what makes its names durable.
 */
export type FileStep =
  | readonly [call: 'open', handle: string, file: string, flags: ScriptFlags]
  | readonly [call: 'write', handle: string, data: string, at?: number]
  | readonly [call: 'read', handle: string, length: number]
  | readonly [call: 'ftruncate', handle: string, length: number]
  | readonly [call: 'fsync' | 'fdatasync' | 'close', handle: string]
  | readonly [call: 'writeFile' | 'appendFile', file: string, data: string]
  | readonly [call: 'truncate', file: string, length: number]
  | readonly [call: 'readFile' | 'unlink', file: string]
  | readonly [call: 'rename' | 'copyFile' | 'link', file: string, to: string]
  | readonly [call: 'mkdir' | 'rmdir' | 'readdir' | 'syncDir', folder: string];

/** Calls on a file system, in order. Prints as the code that makes it. */
export type FileScript = readonly FileStep[];

/** Makes a script of steps; what `fileScripts` prints is a call of this. */
export function fileScript(steps: readonly FileStep[]): FileScript {
  const script = [...steps];
  Object.defineProperty(script, toStringMethod, {
    value: () => `fileScript(${printLines(script)})`,
  });
  return Object.freeze(script);
}

/** Data of a letter of its own for each step, so that a reader sees whose bytes survived. */
export function stepData(ordinal: number, length: number): string {
  return String.fromCharCode(97 + (ordinal % 26)).repeat(length);
}
