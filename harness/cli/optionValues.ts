import { InvalidArgumentError } from 'commander';
import { type ConditionName, conditionNames } from '../events.js';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `250ms`, `90s`, `10m` or `1.5h` as milliseconds above 0. */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = digits === undefined ? 0 : Number(digits) * (unitMs[unit ?? ''] ?? 0);
  if (ms > 0 && Number.isFinite(ms)) return ms;
  throw expected('a duration above 0 with its unit, ms, s, m or h: type 10m or 90s');
}

/** Reads `1%` or `0.01` as a share above 0 and below 1. */
export function parseShare(text: string): number {
  const [, digits, percent] = /^(\d*\.?\d+)(%?)$/.exec(text) ?? [];
  const share = Number(digits) / (percent === '%' ? 100 : 1);
  if (share > 0 && share < 1) return share;
  throw expected('a share above 0 % and below 100 %: type 1% or 0.01');
}

/** Reads a whole number of at least 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && Number.isSafeInteger(count)) return count;
  throw expected('a whole number of at least 1');
}

/** Reads a seed, 0..2^31 - 1. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed < 2 ** 31) return seed;
  throw expected('a whole number from 0 to 2147483647, as a report prints it');
}

/** Reads `2/5`: part two of five. */
export function parseShard(text: string): { readonly index: number; readonly count: number } {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) {
    return { index, count };
  }
  throw expected('the part and the number of parts: type 1/3 for the first of three');
}

/** Reads names of conditions between commas, each once. */
export function parseConditions(text: string): readonly ConditionName[] {
  const names = text.split(',').map((name) => name.trim());
  const known = conditionNames.filter((name) => names.includes(name));
  if (names.length === known.length && new Set(names).size === names.length) {
    return names.flatMap((name) => known.find((one) => one === name) ?? []);
  }
  throw expected(`some of ${conditionNames.join(', ')}, each once, with commas between them`);
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function expected(what: string): InvalidArgumentError {
  return new InvalidArgumentError(`Expected ${what}.`);
}
