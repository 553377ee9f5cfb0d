import type { PathLike } from 'node:fs';
import { promisify } from 'node:util';
import { callbackOf, complain, isDescriptor, isPath } from './arguments.js';
import { type Callback, callBack } from './callBack.js';
import { composedCalls } from './composed.js';
import { exists } from './composites/exists.js';
import type { Core } from './core.js';
import { Dir } from './dir.js';
import { type Direct, directCalls, nativeRealpath } from './direct.js';
import { pathText, shapes } from './syscalls.js';
import { readTransfer, type Transfer, writeTransfer } from './transfers.js';

type CallbackCall = (...given: unknown[]) => void;

const byCallback = { form: 'callback' } as const;

/** A call of `node:fs` that takes a callback. The callback never runs before the call returns. */
export function callbackCall(core: Core, name: string): CallbackCall | undefined {
  return specialCalls[name]?.(core) ?? plainCall(core, name);
}

function plainCall(core: Core, name: string): CallbackCall | undefined {
  const compose = composedCalls[name];
  if (compose) {
    return (...args) => {
      const { given, callback } = split(args);
      checkSubject(name, given);
      const { within, script } = compose(given, 'callback');
      callBack(core.runner.async({ ...byCallback, ...(within && { within }) }, script), callback);
    };
  }
  const direct = directCalls[name];
  return direct && directly(core, name, direct);
}

const specialCalls: Readonly<Record<string, (core: Core) => CallbackCall>> = {
  close: (core) => {
    const close = plainCall(core, 'close') as CallbackCall;
    return (fd, callback) => close(fd, callback ?? throwIt);
  },
  exists: existsCall,
  opendir:
    ({ gate }) =>
    (...args) => {
      const { given, callback } = split(args);
      if (!isPath(given[0])) complain('opendir', args);
      const entries = gate.async('opendir', [given[0] as PathLike], byCallback);
      callBack(entries, callback, (found) => [new Dir(pathText(given[0]) as string, found)]);
    },
  read: (core) => transferCall(core, 'read'),
  readv: (core) => vectorCall(plainCall(core, 'readv') as CallbackCall, 'bytesRead'),
  realpath: (core) =>
    Object.assign(plainCall(core, 'realpath') as CallbackCall, {
      native: directly(core, 'realpath', nativeRealpath),
    }),
  write: (core) => transferCall(core, 'write'),
  writev: (core) => vectorCall(plainCall(core, 'writev') as CallbackCall, 'bytesWritten'),
};

function directly({ gate }: Core, name: string, direct: Direct): CallbackCall {
  const { primitive, arity, args, result } = direct;
  return (...all) => {
    const { given, callback } = split(all, arity);
    checkSubject(name, given);
    const value: Promise<unknown> = gate.async(primitive, args(given) as never, byCallback);
    callBack(result ? value.then((v) => result(v, given)) : value, callback);
  };
}

function existsCall({ runner }: Core): CallbackCall {
  const ask = (path: unknown): Promise<boolean> =>
    runner.async({ form: 'callback', within: 'exists' }, exists(path as PathLike));
  const call: CallbackCall = (path, given) => {
    const callback = callbackOf(given);
    const answer = (is: boolean): void => process.nextTick(callback, is);
    ask(path).then(answer, () => answer(false));
  };
  return Object.assign(call, { [promisify.custom]: ask });
}

function transferCall({ gate }: Core, name: 'read' | 'write'): CallbackCall {
  const count = name === 'read' ? 'bytesRead' : 'bytesWritten';
  const start = (fd: unknown, rest: readonly unknown[]): [Promise<number>, unknown] => {
    if (!isDescriptor(fd)) complain(name, [fd, ...rest, noop]);
    const transfer: Transfer & { data?: unknown } =
      name === 'read' ? readTransfer(rest) : writeTransfer(rest);
    const { view, offset, length, at } = transfer;
    const done = gate.async(name, [fd, view, offset, length, at], byCallback);
    return [done, transfer.data ?? view];
  };
  const call: CallbackCall = (...all) => {
    const { given, callback } = split(all);
    const [done, buffer] = start(given[0], given.slice(1));
    callBack(done, callback, (bytes) => [bytes, buffer]);
  };
  const custom = async (fd: unknown, ...rest: unknown[]): Promise<unknown> => {
    const [done, buffer] = start(fd, rest);
    return { [count]: await done, buffer };
  };
  return Object.assign(call, { [promisify.custom]: custom });
}

/** Adds the buffers to what a vector call gives back. */
function vectorCall(plain: CallbackCall, count: 'bytesRead' | 'bytesWritten'): CallbackCall {
  // As Node names them, though its FileHandle says buffers in both cases.
  const list = count === 'bytesRead' ? 'buffers' : 'buffer';
  const call: CallbackCall = (...all) => {
    const { given, callback } = split(all);
    plain(...given, ((error: unknown, bytes: unknown) =>
      error ? callback(error) : callback(null, bytes, given[1])) satisfies Callback);
  };
  const custom = (...given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const end: Callback = (error, bytes) =>
        error ? reject(error) : resolve({ [count]: bytes, [list]: given[1] });
      plain(...given, end);
    });
  return Object.assign(call, { [promisify.custom]: custom });
}

function split(
  args: readonly unknown[],
  arity = 0,
): { given: readonly unknown[]; callback: Callback } {
  const callback = callbackOf(args.length > arity ? args.at(-1) : undefined);
  return { given: args.slice(0, -1), callback };
}

/** Wrong paths and descriptors are thrown at once, not handed to the callback. */
function checkSubject(name: string, given: readonly unknown[]): void {
  const subject = name in shapes ? shapes[name as keyof typeof shapes].subject : 'file';
  const [first, second] = given;
  const isRight =
    subject === 'fd'
      ? isDescriptor(first)
      : (isPath(first) || (subject === 'file' && isFile(first))) &&
        ((subject !== 'pathDest' && subject !== 'targetPath') || isPath(second));
  if (!isRight) complain(name, [...given, noop]);
}

function isFile(value: unknown): boolean {
  return isDescriptor(value) || isDescriptor(Reflect.get(Object(value), 'fd'));
}

function noop(): void {}

function throwIt(error: unknown): void {
  if (error) throw error;
}
