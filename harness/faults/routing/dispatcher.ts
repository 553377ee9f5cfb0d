import { FlakehoundError } from '../../../src/index.js';
import { isUsersCall } from './caller.js';
import type { FsCall, Mount } from './mount.js';
import type { Route } from './route.js';

export type AnyFunction = (this: unknown, ...args: never[]) => unknown;

/** What dispatchers look at: the route of the context that calls them. */
export interface Routes {
  /** Routes that haven't ended, in any context; while 0, nobody need look further. */
  active: number;
  /** The innermost of this context that hasn't ended. */
  current(): Route | undefined;
}

/** Which function stands behind a dispatcher, and where a file system has its own. */
export interface Place {
  readonly original: AnyFunction;
  /** From the module's object: `['promises', 'readFile']`, `['realpath', 'native']`. */
  readonly path: readonly (string | symbol)[];
}

/** By which another copy of this module, in another VM context, knows a dispatcher too. */
const mark = Symbol.for('flakehound.dispatcher');

/** What a dispatcher stands for; undefined for any other function. */
export function originalBehind(dispatcher: unknown): AnyFunction | undefined {
  return Object.getOwnPropertyDescriptor(Object(dispatcher), mark)?.value;
}

const loose = Symbol('no construction');

/**
 * A function like the original that, called in a context with a route, goes to the route's file
 * system, and else to the original. It has the original's name, length, prototype and properties.
 */
export function dispatcherFor(place: Place, routes: Routes): AnyFunction {
  const { original } = place;
  function dispatcher(this: unknown, ...args: never[]): unknown {
    if (routes.active > 0) {
      const made = new.target === undefined ? loose : new.target;
      const routed = routedCall(place, routes, { self: this, args, made, dispatcher });
      if (routed !== undefined) return routed.value;
    }
    return new.target === undefined
      ? Reflect.apply(original, this, args)
      : Reflect.construct(original, args, new.target);
  }
  likeOriginal(dispatcher, place, routes);
  Object.defineProperty(dispatcher, mark, { value: original });
  return dispatcher as AnyFunction;
}

interface Call {
  readonly self: unknown;
  readonly args: readonly never[];
  readonly made: AnyFunction | symbol;
  readonly dispatcher: AnyFunction;
}

/** The route's answer, or undefined where the original is to answer. */
function routedCall(place: Place, routes: Routes, call: Call): { value: unknown } | undefined {
  const route = routes.current();
  const fileSystem = route?.fileSystem;
  if (route === undefined || fileSystem === undefined || !isUsersCall(call.dispatcher)) {
    return undefined;
  }
  const name = String(place.path.find((part) => part !== 'promises')).replace(/Sync$/, '');
  const described: FsCall = { name, args: call.args };
  const answerer = route.mount?.answererOf(described) ?? 'mounted';
  if (answerer === 'original') return undefined;
  if (answerer !== 'mounted') return { value: failed(place, call.args, answerer.fails) };
  const { mount } = route;
  if (mount === undefined) return { value: callOn(fileSystem, place, call) };
  const args = name === 'open' ? toldOfOpening(mount, call.args) : call.args;
  return { value: noted(mount, described, callOn(fileSystem, place, { ...call, args })) };
}

function callOn(fileSystem: object, place: Place, call: Call): unknown {
  let owner: unknown;
  let found: unknown = fileSystem;
  for (const part of place.path) {
    owner = found;
    found = Reflect.get(Object(found), part);
  }
  const name = `fs.${place.path.map(String).join('.')}`;
  if (typeof found !== 'function') {
    throw new FlakehoundError('FAULTS_UNSUPPORTED', `${name} cannot be routed`, {
      hint: 'end the route before the call, or use another call of node:fs',
    });
  }
  if (typeof call.made !== 'symbol') {
    const target = call.made === call.dispatcher ? found : call.made;
    return Reflect.construct(found, call.args, target);
  }
  if (isStreamClass(place) && call.self instanceof (place.original as unknown as ClassLike)) {
    throw new FlakehoundError(
      'FAULTS_UNSUPPORTED',
      `${name} was applied to an object made elsewhere, which cannot be routed`,
      { hint: 'make the stream by fs.createReadStream, fs.createWriteStream or new' },
    );
  }
  return Reflect.apply(found, owner, call.args);
}

type ClassLike = new () => object;

function isStreamClass({ path }: Place): boolean {
  return /^(File)?(Read|Write)Stream$/.test(String(path[0]));
}

/** Fails the way that this form of the call fails. */
function failed({ path }: Place, args: readonly unknown[], error: Error): unknown {
  if (path[0] === 'promises') return Promise.reject(error);
  const callback = args.at(-1);
  if (String(path[0]).endsWith('Sync') || typeof callback !== 'function') throw error;
  process.nextTick(callback as () => void, error);
  return undefined;
}

/** Lets a mount know the descriptors that become its own by callback. */
function toldOfOpening(mount: Mount, args: readonly never[]): readonly never[] {
  const callback = args.at(-1) as unknown;
  if (typeof callback !== 'function') return args;
  const told = (error: unknown, fd: unknown): void => {
    if (!error) mount.opened(fd);
    callback(error, fd);
  };
  return [...args.slice(0, -1), told as never];
}

/** Lets a mount know the descriptors that come or go at once, or by promise. */
function noted(mount: Mount, call: FsCall, value: unknown): unknown {
  if (call.name === 'close') mount.closed(call.args[0]);
  if (call.name !== 'open') return value;
  if (!(value instanceof Promise)) {
    mount.opened(value);
    return value;
  }
  return value.then((handle: unknown) => {
    mount.opened(handle);
    return handle;
  });
}

function likeOriginal(dispatcher: AnyFunction, place: Place, routes: Routes): void {
  const { original, path } = place;
  Object.setPrototypeOf(dispatcher, Object.getPrototypeOf(original));
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor === undefined) continue;
    const inner: unknown = descriptor.value;
    // A promisified function is its own promisified form.
    if (inner === original) descriptor.value = dispatcher;
    else if (typeof inner === 'function' && key !== 'prototype') {
      const place = { original: inner as AnyFunction, path: [...path, key] };
      descriptor.value = dispatcherFor(place, routes);
    }
    Object.defineProperty(dispatcher, key, descriptor);
  }
}
