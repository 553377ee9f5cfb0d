import type { ConditionName } from '../events.js';
import { runsToSee } from './runsNeeded.js';
import { shellQuote } from './shellQuote.js';

/** What it takes to see one failure again. */
export interface Reproduction {
  readonly file: string;
  readonly project: string;
  /** How often it was seen under `condition`: 0 < rate <= 1. */
  readonly rate: number;
  readonly condition: ConditionName;
  readonly seed: number;
  readonly confidence: number;
  /** The hunt as typed: options that shape a run are carried over. */
  readonly typed: readonly string[];
}

/** More than these are no reproduction but another hunt. */
const mostRuns = 1000;

/** Options of `hunt`, each with a value, without which the run would be another one. */
const shaping: ReadonlySet<string> = new Set([
  '-t',
  '--test-name-pattern',
  '--root',
  '--config',
  '--order',
  '--workers',
  '--timeout',
  '--via',
  '--global-setup',
]);

/**
 * The command that makes a failure happen again, with the hunt's confidence, within its runs: at
 * most 1000, however rare the failure.
 */
export function reproduceCommand(failure: Reproduction): string {
  const runs = Math.min(mostRuns, runsToSee(failure.rate, failure.confidence));
  const words = ['npx', 'flakehound', 'hunt', failure.file, '--until-failure'];
  words.push('--runs', String(runs), '--seed', String(failure.seed));
  if (failure.condition !== 'baseline') words.push('--conditions', failure.condition);
  if (failure.project !== '') words.push('--project', failure.project);
  words.push(...shapingOptions(failure.typed));
  return words.map(shellQuote).join(' ');
}

function shapingOptions(typed: readonly string[]): string[] {
  return typed.flatMap((word, at) => {
    const [option = '', inline] = splitOnce(word);
    if (!shaping.has(option)) return [];
    const value = inline ?? typed[at + 1];
    return value === undefined ? [] : [option, value];
  });
}

function splitOnce(word: string): readonly string[] {
  const equals = word.indexOf('=');
  return equals < 0 ? [word] : [word.slice(0, equals), word.slice(equals + 1)];
}
