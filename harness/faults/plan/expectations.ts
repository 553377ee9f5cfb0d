import { resolve } from 'node:path';
import { FlakehoundError } from '../../../src/index.js';
import { nearestNames } from '../nearestNames.js';
import { globMatcher, matchablePath } from './glob.js';
import type { PlanRun } from './planRun.js';
import type { RuleState } from './ruleState.js';
import { ruleText } from './ruleText.js';
import type { TraceEntry } from './trace.js';

const mostNamed = 5;

/**
 * Holds that each rule fired as often as it can: with `times` that often, else at least once.
 *
 * @throws FlakehoundError `FAULTS_NOT_EXHAUSTED`, which lists the rules with their counts and, for
 *   one that matched nothing, the nearest operations seen
 */
export function expectExhausted(run: PlanRun): void {
  const left = run.states.filter((state) => !state.isExhausted);
  if (left.length === 0) return;
  const lines = run.states.map((state) => {
    const isLeft = left.includes(state);
    return `${isLeft ? '✗' : '✓'} ${stateText(state)}${isLeft ? nearMisses(state, run) : ''}`;
  });
  throw new FlakehoundError(
    'FAULTS_NOT_EXHAUSTED',
    `${left.length} of ${run.states.length} faults did not fire as often as they could:\n${lines.join('\n')}`,
    { hint: 'print faults.explain() to see every operation, and mend the rule or the code' },
  );
}

/**
 * Holds that no rule fired.
 *
 * @throws FlakehoundError `FAULTS_TOUCHED`, which lists what fired and where
 */
export function expectUntouched(run: PlanRun): void {
  const fired = run.states.filter((state) => state.fired > 0);
  if (fired.length === 0) return;
  const struck = run.trace.filter((entry) => entry.fault !== undefined);
  const lines = [
    ...fired.map((state) => `✗ ${stateText(state)}`),
    ...struck.slice(0, mostNamed).map((entry) => `    ${seenText(entry)}`),
  ];
  throw new FlakehoundError(
    'FAULTS_TOUCHED',
    `${fired.length} of ${run.states.length} faults fired:\n${lines.join('\n')}`,
    { hint: 'print faults.explain() to see every operation' },
  );
}

/**
 * Holds that each rule's glob matched the path of some operation, of whatever name.
 *
 * @throws FlakehoundError `FAULTS_GLOB`, which names the paths that were seen
 */
export function expectGlobsMatched(run: PlanRun): void {
  const paths = seenPaths(run.trace);
  for (const { rule } of run.states) {
    if (rule.path === undefined || paths.some(globMatcher(rule.path))) continue;
    throw new FlakehoundError(
      'FAULTS_GLOB',
      `the glob '${rule.path}' matched no path; ${listed(rule.path, paths)}`,
      { hint: 'globs match absolute paths, with / between names on every platform' },
    );
  }
}

function stateText({ rule, matched, fired, preempted }: RuleState): string {
  const times = rule.times === undefined ? '' : ` of ${rule.times}`;
  const lost = preempted === 0 ? '' : `, ${preempted} times another fault came first`;
  return `${ruleText(rule)}: matched ${matched}, fired ${fired}${times}${lost}`;
}

/** Why a rule may have matched nothing: another path, or another operation. */
function nearMisses({ rule, matched }: RuleState, run: PlanRun): string {
  if (matched > 0) return '';
  const names = rule.on === '*' ? undefined : [rule.on].flat();
  const isNamed = (entry: TraceEntry): boolean =>
    names === undefined ||
    names.includes(entry.operation) ||
    (entry.within !== undefined && names.includes(entry.within));
  const named = run.trace.filter(isNamed);
  if (named.length > 0) {
    if (rule.path === undefined) return '';
    return `\n    ${listed(rule.path, seenPaths(named))}`;
  }
  const counts = new Map<string, number>();
  for (const { operation } of run.trace) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  if (counts.size === 0) return '\n    no operation happened at all';
  const seen = [...counts].map(([name, count]) => `${name} ${count}×`).join(', ');
  return `\n    operations seen: ${seen}`;
}

function seenText(entry: TraceEntry): string {
  const place = entry.callSite === undefined ? '' : `, called from ${entry.callSite}`;
  return `${entry.ordinal}. ${entry.operation} ${entry.path ?? ''} → ${entry.fault}${place}`;
}

function listed(glob: string, paths: readonly string[]): string {
  if (paths.length === 0) return 'no path was seen';
  const near = nearestNames(glob, paths, mostNamed);
  const rest = paths.length > near.length ? ` and ${paths.length - near.length} more` : '';
  return `paths seen: ${near.join(', ')}${rest}`;
}

function seenPaths(trace: readonly TraceEntry[]): string[] {
  const paths = trace.flatMap(({ path, dest }) => [path, dest]);
  const seen = paths.filter((path) => path !== undefined);
  return [...new Set(seen.map((path) => matchablePath(path, resolve)))];
}
