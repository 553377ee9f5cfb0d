import type { FaultPlan, FaultRule } from '../../faults/plan/faultPlan.js';
import type { TraceEntry } from '../../faults/plan/trace.js';
import { printEffect, printPlan } from '../arbitraries/planCode.js';
import { isLasting } from './variants.js';

/** What went wrong after a fault. */
export type FindingKind =
  /** The invariant threw. */
  | 'invariant'
  /** The workload returned although it should have failed. */
  | 'swallowed'
  | 'hung'
  /** A descriptor was left open. */
  | 'leaked'
  | 'closedTwice';

/** One fault after which something went wrong. */
export interface SweepFinding {
  readonly kind: FindingKind;
  readonly message: string;
  /** The operation that the (last) fault struck; ordinals count from 1. */
  readonly ordinal: number;
  readonly operation: TraceEntry['operation'];
  readonly within: TraceEntry['within'];
  readonly path: string | undefined;
  readonly dest: string | undefined;
  /** Of the code that called the operation. */
  readonly callSite: string | undefined;
  /** `fail('EBUSY')`, or `fail('EBUSY') from then on`. */
  readonly fault: string;
  /** Give it as `only` to see this run alone. */
  readonly plan: FaultPlan;
}

/** What a sweep did and found. */
export interface SweepReport {
  /** Runs of the workload under a fault. */
  readonly runs: number;
  /** Operations of the workload without faults. */
  readonly operations: readonly TraceEntry[];
  readonly findings: readonly SweepFinding[];
  /** Faults and operations asked for that never came up. */
  readonly neverReached: readonly string[];
  /** Runs left out by `maxRuns`. */
  readonly leftOut: number;
  /** False when two runs without faults made different operations: faults may have missed. */
  readonly isSteady: boolean;
}

/** Says what a rule does, as a reader of the report needs it. */
export function faultText(rule: FaultRule): string {
  return `${printEffect(rule.effect)}${isLasting(rule) ? ' from then on' : ''}`;
}

/** The report as text, findings grouped by operation. */
export function renderSweep(report: SweepReport): string {
  const { runs, operations, findings, neverReached, leftOut, isSteady } = report;
  const broken = new Set(findings.map(({ ordinal }) => ordinal)).size;
  return [
    `swept ${count(operations.length, 'operation')} in ${count(runs, 'run')}: ${
      findings.length === 0
        ? 'nothing broke'
        : `${count(findings.length, 'finding')} at ${broken} of them`
    }`,
    ...groupBy(findings, placeOf).map(renderOperation),
    ...neverReached.map((what) => `never reached: ${what}`),
    ...(leftOut > 0 ? [`left out: ${count(leftOut, 'run')}, by maxRuns`] : []),
    ...(isSteady
      ? []
      : ['two runs without faults differed: faults may have missed their operation']),
  ].join('\n');
}

/** Without the path: those of temporary files differ from run to run. */
function placeOf({ ordinal, operation, callSite }: SweepFinding): string {
  return `${ordinal} ${operation} ${callSite}`;
}

function renderOperation(findings: readonly SweepFinding[]): string {
  const [{ ordinal, operation, within, path, dest, callSite }] = findings as [SweepFinding];
  const subject = [path, dest].filter((p) => p !== undefined).join(' → ');
  const inside = within === undefined || within === operation ? '' : ` in ${within}`;
  return [
    `\n#${ordinal} ${operation} ${subject}${inside}${callSite === undefined ? '' : `\n   at ${callSite}`}`,
    ...groupBy(findings, ({ kind, message }) => `${kind} ${message}`).map(renderAilment),
  ].join('\n');
}

/** The same harm after several faults is told once, with the first as the example. */
function renderAilment(findings: readonly SweepFinding[]): string {
  const [{ kind, message, plan }] = findings as [SweepFinding];
  const faults = findings.map(({ fault }) => fault).join(', ');
  const text = message.replaceAll('\n', '\n     ');
  return `   ${kind}: ${text}\n     after ${faults}\n     only: ${printPlan(plan).replaceAll('\n', '\n     ')}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
