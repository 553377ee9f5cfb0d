import { FlakehoundError } from '../../../src/index.js';
import { errnoCodes, isErrno } from '../errno.js';
import { nearestNames } from '../nearestNames.js';
import type { Effect, FaultRule } from './faultPlan.js';
import { checkGlob } from './glob.js';
import { canMeet, isOperationName, operationNames } from './operations.js';
import { ruleText } from './ruleText.js';

/**
 * Refuses a rule that is wrong by itself.
 *
 * @throws FlakehoundError `FAULTS_OPERATION`, `FAULTS_ERRNO`, `FAULTS_VALUE`, `FAULTS_EFFECT`,
 *   `FAULTS_GLOB` or `FAULTS_CONTRADICTION`
 */
export function checkRule(rule: FaultRule): void {
  checkOperations(rule);
  checkEffectValues(rule.effect);
  checkCounts(rule);
  if (rule.path !== undefined) checkGlob(rule.path);
  checkCombination(rule);
}

function checkOperations(rule: FaultRule): void {
  if (rule.on === '*') return;
  const names = typeof rule.on === 'string' ? [rule.on] : rule.on;
  if (names.length === 0) {
    throw new FlakehoundError('FAULTS_OPERATION', 'a fault needs an operation to happen to', {
      hint: "name one, such as 'rename', or '*' for all",
    });
  }
  for (const name of names) {
    if (!isOperationName(name)) refuseOperation(String(name));
    if (canMeet(name, rule.effect)) continue;
    const possible = operationNames.filter((known) => canMeet(known, rule.effect));
    throw new FlakehoundError('FAULTS_EFFECT', `${rule.effect.kind} cannot happen to ${name}`, {
      hint: `it can to ${possible.join(', ')}`,
    });
  }
}

function refuseOperation(name: string): never {
  const bare = name.replace(/Sync$/, '');
  const hint = isOperationName(bare)
    ? `use '${bare}': it stands for the synchronous, callback and promise forms alike`
    : `perhaps ${nearestNames(name, operationNames).join(', ')}; all are ${operationNames.join(', ')}`;
  throw new FlakehoundError('FAULTS_OPERATION', `no file system operation is called '${name}'`, {
    hint,
  });
}

function checkEffectValues(effect: Effect): void {
  if ('code' in effect && !isErrno(effect.code)) {
    const near = nearestNames(String(effect.code), errnoCodes).join(', ');
    throw new FlakehoundError('FAULTS_ERRNO', `this platform has no error code ${effect.code}`, {
      hint: `use one of its own, perhaps ${near}`,
    });
  }
  if (effect.kind === 'delay') need('ms', effect.ms, effect.ms >= 0 && Number.isFinite(effect.ms));
  if (effect.kind === 'shorten') need('bytes', effect.bytes, atLeast(1, effect.bytes));
  if (effect.kind === 'tear' || effect.kind === 'diskFull') {
    need('bytes', effect.bytes, atLeast(0, effect.bytes));
  }
}

function checkCounts(rule: FaultRule): void {
  const { nth, times, probability, afterBytes } = rule;
  if (nth !== undefined) need('nth', nth, atLeast(1, nth));
  if (times !== undefined) need('times', times, atLeast(1, times));
  if (probability !== undefined) {
    need('probability', probability, probability >= 0 && probability <= 1);
  }
  if (afterBytes !== undefined) need('afterBytes', afterBytes, atLeast(0, afterBytes));
}

function atLeast(least: number, value: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

const ranges = {
  ms: '0 or more milliseconds',
  bytes: 'a whole number of bytes: 1 or more to shorten, 0 or more to tear or to fill the disk',
  nth: '1 for the first match, 2 for the second …',
  times: 'a whole number, 1 or more; leave it out for no limit',
  probability: 'a number from 0 to 1',
  afterBytes: 'a whole number of bytes, 0 or more',
};

function need(what: keyof typeof ranges, value: unknown, isRight: boolean): void {
  if (isRight) return;
  throw new FlakehoundError('FAULTS_VALUE', `${what} of a fault cannot be ${String(value)}`, {
    hint: `give ${ranges[what]}`,
  });
}

/** Settings that each make sense but not together. */
function checkCombination(rule: FaultRule): void {
  const { nth, times, probability, effect } = rule;
  if (probability !== undefined && nth !== undefined) {
    refuse(rule, 'nth names one match, probability draws for each', 'leave one of them out');
  }
  if (probability === 0) {
    refuse(rule, 'with probability 0 it never fires', 'give a probability above 0');
  }
  if (effect.kind === 'diskFull' && (nth ?? times ?? probability) !== undefined) {
    const hint = 'leave nth, times and probability out; bytes says when it begins';
    refuse(rule, 'a disk that is full stays full', hint);
  }
  if (effect.kind === 'crash' && times !== undefined && times > 1) {
    refuse(rule, 'the world stops only once', 'leave times out');
  }
}

function refuse(rule: FaultRule, why: string, hint: string): never {
  throw new FlakehoundError('FAULTS_CONTRADICTION', `${ruleText(rule)}: ${why}`, { hint });
}
