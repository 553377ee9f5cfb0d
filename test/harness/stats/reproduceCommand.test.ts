import { expect, test } from 'vitest';
import { type Reproduction, reproduceCommand } from '../../../harness/stats/reproduceCommand.js';

const command = (over: Partial<Reproduction> = {}): string =>
  reproduceCommand({
    file: 'test/a.test.ts',
    project: '',
    rate: 0.05,
    condition: 'baseline',
    seed: 7,
    confidence: 0.95,
    typed: ['hunt'],
    ...over,
  });

test('it names file, runs and seed', () => {
  expect(command()).toBe('npx flakehound hunt test/a.test.ts --until-failure --runs 59 --seed 7');
});

test.each([
  [1, 1],
  [0.5, 5],
  [0.01, 299],
  [0.0001, 1000],
])('a rate of %d takes %d runs', (rate, runs) => {
  expect(command({ rate })).toContain(` --runs ${runs} `);
});

test('a condition that it takes is asked for', () => {
  expect(command({ condition: 'shuffled' })).toMatch(/ --conditions shuffled$/);
});

test('the project is named, and quoted where a shell would split it', () => {
  expect(command({ project: 'unit tests' })).toMatch(/ --project "unit tests"$/);
});

test('a file with brackets reaches the command unchanged', () => {
  expect(command({ file: 'app/[id]/a.test.ts' })).toContain(' "app/[id]/a.test.ts" ');
});

test.each([
  [['hunt', '--config', 'ci.config.ts', '--runs', '5'], '--config ci.config.ts'],
  [['hunt', '--config=ci.config.ts', '--fail-on=never'], '--config ci.config.ts'],
  [['hunt', '--order', 'shuffled', '--workers', '4'], '--order shuffled --workers 4'],
  [['hunt', '--root', '/my app'], '--root "/my app"'],
  [['hunt', '-t', 'saves a job', '--prove', '1%'], '-t "saves a job"'],
])('of %j it carries over what shapes a run', (typed, expected) => {
  expect(command({ typed })).toBe(`${command()} ${expected}`);
});

test('an option cut off before its value is left out', () => {
  expect(command({ typed: ['hunt', '--config'] })).toBe(command());
});
