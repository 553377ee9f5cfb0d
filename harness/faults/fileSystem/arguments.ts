import { types } from 'node:util';
import { nodeFs } from '../nodeFs.js';
import { isFileUrl } from './syscalls.js';

type AnyCall = (...args: readonly unknown[]) => unknown;

/** Whether Node would take it for a path. */
export function isPath(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0');
  return types.isUint8Array(value) ? !value.includes(0) : isFileUrl(value);
}

/** Whether it is bytes, of whatever width. */
export function isView(value: unknown): value is NodeJS.ArrayBufferView {
  return ArrayBuffer.isView(value);
}

/** Whether Node would take it for a descriptor. */
export function isDescriptor(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0x7fffffff;
}

/**
 * Lets Node itself complain of arguments that are surely wrong, in its own words.
 *
 * @throws always
 */
export function complain(name: string, args: readonly unknown[]): never {
  (Reflect.get(nodeFs, name) as AnyCall)(...args);
  throw new TypeError(`fs.${name} was given arguments of the wrong type`);
}

/** @throws ERR_INVALID_ARG_TYPE unless it is a function */
export function callbackOf(value: unknown): (...args: unknown[]) => void {
  if (typeof value === 'function') return value as (...args: unknown[]) => void;
  // Callbacks are checked first of all, so nothing is renamed.
  return complain('rename', ['', '', value]);
}
