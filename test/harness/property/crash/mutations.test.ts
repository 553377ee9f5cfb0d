import { expect, test } from 'vitest';
import {
  type ModelRule,
  type ModelRules,
  soundRules,
} from '../../../../harness/faults/durability/modelRules.js';
import { corpus } from './corpus/corpus.js';

const rules = Object.keys(soundRules) as ModelRule[];

type Judged = { name: string; expected: string; isSafe: (rules: ModelRules) => Promise<boolean> };

/** What the corpus says when one rule of the model is broken. */
async function judgedWithout(
  rule: ModelRule,
  judged: readonly Judged[],
): Promise<{ misses: string[]; alarms: string[] }> {
  const misses: string[] = [];
  const alarms: string[] = [];
  for (const { name, expected, isSafe } of judged) {
    const isFoundSafe = await isSafe({ ...soundRules, [rule]: false });
    if (isFoundSafe && expected !== 'safe') misses.push(name);
    if (!isFoundSafe && expected === 'safe') alarms.push(name);
  }
  return { misses, alarms };
}

const row = (rule: string, misses: readonly string[], alarms: readonly string[]): string =>
  `| ${rule} | ${misses.join('; ')} | ${alarms.join('; ')} |`;

test('each broken rule changes a verdict, and the table says which', {
  timeout: 120_000,
}, async () => {
  const judged: Judged[] = [];
  for (const { name, expected, safetyByRules } of corpus) {
    judged.push({ name, expected, isSafe: await safetyByRules() });
  }
  const rows: string[] = [];
  for (const rule of rules) {
    const { misses, alarms } = await judgedWithout(rule, judged);
    expect([...misses, ...alarms], `nobody noticed that ${rule} was broken`).not.toEqual([]);
    rows.push(row(rule, misses, alarms));
  }
  const table = [row('broken rule', ['missed'], ['false alarm']), '|---|---|---|', ...rows];
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('mutations.md');
});
