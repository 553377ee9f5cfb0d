import { shapes } from '../fileSystem/syscalls.js';
import { type CompositeName, compositeNames, type Operation } from '../interceptor.js';
import type { PrimitiveName } from '../primitives.js';
import type { Effect, EffectKind, FaultRule, OperationName } from './faultPlan.js';

/** Every primitive, sorted. */
export const primitiveNames: readonly PrimitiveName[] = (
  Object.keys(shapes) as PrimitiveName[]
).sort();

/** Every name that a rule's `on` may have, sorted. */
export const operationNames: readonly OperationName[] = [
  ...new Set<OperationName>([...primitiveNames, ...compositeNames]),
].sort();

/** Primitives that an effect can happen to; those not listed here can happen to all. */
const meets: Readonly<Partial<Record<EffectKind, readonly PrimitiveName[]>>> = {
  shorten: ['read', 'write'],
  tear: ['write'],
  loseSync: ['fdatasync', 'fsync'],
  diskFull: ['copyFile', 'write'],
};

interface Composition {
  /** Where the call begins, so what a delay or an error of no particular place hits. */
  readonly first: readonly PrimitiveName[];
  /** Where errors of the medium hit: a full or a failing disk. */
  readonly transfer: readonly PrimitiveName[];
  /** What else it may be made of, as far as effects of their own can meet it. */
  readonly also?: readonly PrimitiveName[];
}

/** What each composite call is made of. */
const compositions: Readonly<Record<CompositeName, Composition>> = {
  appendFile: { first: ['open'], transfer: ['write'], also: ['fsync'] },
  cp: { first: ['copyFile'], transfer: ['copyFile'] },
  createReadStream: { first: ['open'], transfer: ['read'] },
  createWriteStream: { first: ['open'], transfer: ['write'], also: ['fsync'] },
  exists: { first: ['access'], transfer: ['access'] },
  lchmod: { first: ['open'], transfer: ['fchmod'] },
  mkdir: { first: ['mkdir'], transfer: ['mkdir'] },
  readFile: { first: ['open'], transfer: ['read'] },
  readdir: { first: ['readdir'], transfer: ['readdir'] },
  readv: { first: ['read'], transfer: ['read'] },
  // It looks before it removes; what fails in life is the removing.
  rm: { first: ['rmdir', 'unlink'], transfer: ['rmdir', 'unlink'] },
  truncate: { first: ['open'], transfer: ['ftruncate'] },
  watchFile: { first: ['stat'], transfer: ['stat'] },
  writeFile: { first: ['open'], transfer: ['write'], also: ['fsync'] },
  writev: { first: ['write'], transfer: ['write'] },
};

/** What rules look at in an operation, its path aside. */
export type NamedOperation = Pick<Operation, 'name' | 'within'>;

const mediumErrors = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

/** Whether a rule may name it. */
export function isOperationName(name: string): name is OperationName {
  return (operationNames as readonly string[]).includes(name);
}

/** Whether this effect can happen to anything that an operation of this name is made of. */
export function canMeet(name: OperationName, effect: Effect): boolean {
  const possible = meets[effect.kind];
  if (possible === undefined || (possible as readonly string[]).includes(name)) return true;
  const made = compositions[name as CompositeName];
  if (made === undefined) return false;
  return [...made.first, ...made.transfer, ...(made.also ?? [])].some((p) => possible.includes(p));
}

/** Whether a rule speaks of this operation, its path aside. */
export function speaksOf(rule: FaultRule, operation: NamedOperation): boolean {
  const possible = meets[rule.effect.kind];
  if (possible !== undefined && !possible.includes(operation.name)) return false;
  if (rule.on === '*') return true;
  const names: readonly OperationName[] = typeof rule.on === 'string' ? [rule.on] : rule.on;
  return names.some((name) => namesOperation(name, rule.effect, operation));
}

function namesOperation(name: OperationName, effect: Effect, operation: NamedOperation): boolean {
  const { within } = operation;
  if (name !== within) return name === operation.name;
  if (effect.kind === 'delay') return compositions[within].first.includes(operation.name);
  if (effect.kind !== 'fail') return true;
  const { first, transfer } = compositions[within];
  return (mediumErrors.has(effect.code) ? transfer : first).includes(operation.name);
}
