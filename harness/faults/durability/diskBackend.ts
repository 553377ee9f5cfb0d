import type { AsyncPrimitives, Backend, PrimitiveName, Primitives } from '../primitives.js';
import { descriptorCalls } from './descriptorCalls.js';
import type { Disk } from './disk.js';
import { pathCalls } from './pathCalls.js';

/** A backend whose disk can be exchanged between two uses, as a drive in a bay. */
export interface DiskBackend extends Backend {
  disk: Disk;
}

/** The primitives over a {@link Disk}. Asynchronous ones have happened when they return. */
export function diskBackend(disk: Disk): DiskBackend {
  const bay = { disk };
  const sync: Primitives = { ...pathCalls(bay), ...descriptorCalls(bay) };
  return {
    name: 'disk',
    sync,
    async: asyncOf(sync),
    get disk() {
      return bay.disk;
    },
    set disk(next) {
      bay.disk = next;
    },
  };
}

function asyncOf(sync: Primitives): AsyncPrimitives {
  const calls = Object.entries(sync).map(([name, call]) => [
    name,
    async (...args: unknown[]) => (call as (...given: unknown[]) => unknown)(...args),
  ]);
  // Each entry has its primitive's arguments and its result by promise.
  return Object.fromEntries(calls) as Record<PrimitiveName, unknown> as AsyncPrimitives;
}
