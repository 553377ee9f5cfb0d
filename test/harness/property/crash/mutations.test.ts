import { expect, test } from 'vitest';
import { type ModelRule, soundRules } from '../../../../harness/faults/durability/modelRules.js';
import { corpus } from './corpus/corpus.js';

const rules = Object.keys(soundRules) as ModelRule[];

/** What the corpus says when one rule of the model is broken. */
async function judgedWithout(rule: ModelRule): Promise<{ misses: string[]; alarms: string[] }> {
  const misses: string[] = [];
  const alarms: string[] = [];
  for (const { name, expected, isFoundSafe } of corpus) {
    const isSafe = await isFoundSafe({ ...soundRules, [rule]: false });
    if (isSafe && expected !== 'safe') misses.push(name);
    if (!isSafe && expected === 'safe') alarms.push(name);
  }
  return { misses, alarms };
}

const row = (rule: string, misses: readonly string[], alarms: readonly string[]): string =>
  `| ${rule} | ${misses.join('; ')} | ${alarms.join('; ')} |`;

test('each broken rule changes a verdict, and the table says which', {
  timeout: 120_000,
}, async () => {
  const rows: string[] = [];
  for (const rule of rules) {
    const { misses, alarms } = await judgedWithout(rule);
    expect([...misses, ...alarms], `nobody noticed that ${rule} was broken`).not.toEqual([]);
    rows.push(row(rule, misses, alarms));
  }
  const table = [row('broken rule', ['missed'], ['false alarm']), '|---|---|---|', ...rows];
  await expect(`${table.join('\n')}\n`).toMatchFileSnapshot('mutations.md');
});
