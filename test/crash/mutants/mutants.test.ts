import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutants } from './mutants.js';

const root = new URL('../../../', import.meta.url);
const sources = new Map<string, string>();
const source = (file: string): string => {
  const text = sources.get(file) ?? readFileSync(new URL(file, root), 'utf8');
  sources.set(file, text);
  return text;
};

test('every mutant still finds what it changes, once, and its tests', () => {
  const wrong = mutants.flatMap((mutant) => {
    const edits = [mutant, ...(mutant.also ?? [])].filter(
      ({ file, find, replace }) => source(file).split(find).length !== 2 || find === replace,
    );
    const missing = mutant.killedBy.filter((file) => !existsSync(new URL(file, root)));
    return [...edits.map(({ find }) => `${mutant.name}: ${find}`), ...missing];
  });
  expect(wrong).toEqual([]);
});

test('there are mutants enough, each under a name of its own', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(40);
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
});

test('the last table of the proof is about these mutants, and says that all were killed', () => {
  const table = readFileSync(new URL('../mutants.md', import.meta.url), 'utf8');
  const rows = table.split('\n').filter((line) => line.startsWith('| '));
  const [, ...told] = rows.map((row) => row.split(' | ')[0]?.slice(2));
  expect(told).toEqual(mutants.map(({ name }) => name));
  expect(table).not.toContain('SURVIVED');
});
