import { isErrno } from '../../faults/errno.js';
import type { Operation } from '../../faults/interceptor.js';
import type { Effect, EffectKind, FaultRule } from '../../faults/plan/faultPlan.js';
import { speaksOf } from '../../faults/plan/operations.js';
import type { TraceEntry } from '../../faults/plan/trace.js';
import { plausibleErrnos } from './plausibleErrnos.js';

/** Whether a fault strikes one operation, or that one and all later ones of its name. */
export type Lasting = 'once' | 'forever';

/** Which faults a sweep tries on each operation. */
export interface SweptFaults {
  readonly effects: readonly EffectKind[];
  readonly errnos: readonly string[] | ((operation: Operation) => readonly string[]) | undefined;
  readonly lasting: readonly Lasting[];
}

/** One operation of an earlier run, in which the same one will come up again. */
export interface Target {
  readonly operations: readonly Operation[];
  readonly trace: readonly TraceEntry[];
  readonly ordinal: number;
}

/** Beyond what any workload reaches; a rule with `nth` and no `times` fires once. */
const forever = 1_000_000;

/** A late operation is late by more than most timeouts. */
const longDelayMs = 60_000;

/** The rules by which each fault strikes this operation, in the order of effects and errnos. */
export function variantsOf(target: Target, faults: SweptFaults): FaultRule[] {
  return faults.effects.flatMap((kind) =>
    effectsOf(kind, target, faults.errnos).flatMap((effect) =>
      rulesOf(effect, target, faults.lasting),
    ),
  );
}

function effectsOf(kind: EffectKind, target: Target, errnos: SweptFaults['errnos']): Effect[] {
  const operation = operationOf(target);
  const half = Math.floor(transferred(target) / 2);
  switch (kind) {
    case 'fail':
      return errnosOf(operation, errnos).map((code) => ({ kind, code }));
    case 'delay':
      return operation.form === 'sync' ? [] : [{ kind, ms: longDelayMs }];
    case 'shorten':
      return half >= 1 ? [{ kind, bytes: half }] : [];
    case 'tear':
      return isWrite(operation) && half >= 1 ? [{ kind, bytes: half, code: 'EIO' }] : [];
    case 'diskFull':
      return isWrite(operation) ? [{ kind, bytes: writtenBefore(target) + half }] : [];
    case 'loseSync':
      return isSync(operation) ? [{ kind, code: 'EIO' }] : [];
    case 'crash':
      return [{ kind }];
  }
}

function errnosOf(operation: Operation, errnos: SweptFaults['errnos']): readonly string[] {
  if (typeof errnos === 'function') return errnos(operation);
  return errnos ?? plausibleErrnos(operation).filter(isErrno);
}

function rulesOf(effect: Effect, target: Target, lasting: readonly Lasting[]): FaultRule[] {
  const { name } = operationOf(target);
  if (effect.kind === 'crash') return [{ on: '*', nth: target.ordinal, effect }];
  // A disk that is full stays full.
  if (effect.kind === 'diskFull') return [{ on: 'write', effect }];
  const nth = matchesUpTo(target, { on: name, effect });
  if (effect.kind !== 'fail') return [{ on: name, nth, effect }];
  return lasting.map((how) =>
    how === 'once' ? { on: name, nth, effect } : { on: name, nth, times: forever, effect },
  );
}

/** The plan counts by its own rules what a rule speaks of, so we ask it. */
function matchesUpTo({ operations, ordinal }: Target, rule: FaultRule): number {
  return operations.slice(0, ordinal).filter((operation) => speaksOf(rule, operation)).length;
}

/** Whether a rule goes on striking. */
export function isLasting({ times }: FaultRule): boolean {
  return times === forever;
}

/** Bytes that a read or write moved; 0 for all else, and where it failed. */
function transferred({ trace, ordinal }: Target): number {
  const entry = trace[ordinal - 1];
  if (entry?.operation !== 'read' && entry?.operation !== 'write') return 0;
  return typeof entry.result === 'number' ? entry.result : 0;
}

function writtenBefore({ operations, trace, ordinal }: Target): number {
  const before = operations.slice(0, ordinal - 1);
  return before.reduce(
    (sum, { name }, at) =>
      name === 'write' ? sum + transferred({ operations, trace, ordinal: at + 1 }) : sum,
    0,
  );
}

function operationOf({ operations, ordinal }: Target): Operation {
  // Targets are made by counting these.
  return operations[ordinal - 1]!;
}

function isWrite({ name }: Operation): boolean {
  return name === 'write';
}

function isSync({ name }: Operation): boolean {
  return name === 'fsync' || name === 'fdatasync';
}
