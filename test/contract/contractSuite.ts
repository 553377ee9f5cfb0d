import type { FilePhase, Outcome } from '../../harness/events.js';

/** One test of the suite that every executor is tried with. */
export interface ContractTest {
  readonly name: string;
  /** Kinds of outcome, one for each try. */
  readonly outcomes: readonly Outcome['kind'][];
}

/** One file of it: what an executor must report, and the source that makes a real Vitest do so. */
export interface ContractFile {
  readonly file: string;
  readonly source: string;
  readonly tests: readonly ContractTest[];
  /** How it fails outside its tests; null for not at all. */
  readonly fails: FilePhase | null;
  /** `hostile` files kill or block the process that runs them. */
  readonly nature: 'harmless' | 'hostile';
}

const head = "import { expect, test } from 'vitest';\n";

/**
 * The suite, for a root with a Vitest config of `include: ['**\/*.test.js']`, 200 ms of
 * `testTimeout` and no retry.
 */
export const contractSuite: readonly ContractFile[] = [
  {
    file: 'passes.test.js',
    source: `${head}test('first', () => {});\ntest('second', () => {});\ntest('third', () => {});\n`,
    tests: [
      { name: 'first', outcomes: ['passed'] },
      { name: 'second', outcomes: ['passed'] },
      { name: 'third', outcomes: ['passed'] },
    ],
    fails: null,
    nature: 'harmless',
  },
  {
    file: 'sub/fails.test.js',
    source: `${head}test('adds wrongly', () => expect(1 + 1).toBe(3));\ntest('adds', () => {});\n`,
    tests: [
      { name: 'adds wrongly', outcomes: ['failed'] },
      { name: 'adds', outcomes: ['passed'] },
    ],
    fails: null,
    nature: 'harmless',
  },
  {
    file: 'retries.test.js',
    source: `${head}let tries = 0;\ntest('passes on the second try', { retry: 3 }, () => expect(++tries).toBe(2));\n`,
    tests: [{ name: 'passes on the second try', outcomes: ['failed', 'passed'] }],
    fails: null,
    nature: 'harmless',
  },
  {
    file: 'twins.test.js',
    source: `${head}test('twin', () => {});\ntest('twin', () => expect(1).toBe(2));\n`,
    tests: [
      { name: 'twin', outcomes: ['passed'] },
      { name: 'twin', outcomes: ['failed'] },
    ],
    fails: null,
    nature: 'harmless',
  },
  {
    file: 'skips.test.js',
    source: `${head}test.skip('skipped', () => {});\ntest.todo('to do');\ntest('runs', () => {});\n`,
    tests: [
      { name: 'skipped', outcomes: ['skipped'] },
      { name: 'to do', outcomes: ['skipped'] },
      { name: 'runs', outcomes: ['passed'] },
    ],
    fails: null,
    nature: 'harmless',
  },
  {
    file: 'settles-never.test.js',
    source: `${head}test('never settles', () => new Promise(() => {}));\n`,
    tests: [{ name: 'never settles', outcomes: ['timedOut'] }],
    fails: null,
    nature: 'harmless',
  },
  {
    file: 'imports-nothing.test.js',
    source: `${head}import './missing.js';\ntest('is never reached', () => {});\n`,
    tests: [],
    fails: 'import',
    nature: 'harmless',
  },
  {
    file: 'dies.test.js',
    source: `${head}test('lives', () => {});\ntest('dies', () => process.kill(process.pid, 'SIGKILL'));\n`,
    tests: [
      { name: 'lives', outcomes: ['passed'] },
      { name: 'dies', outcomes: ['crashed'] },
    ],
    fails: null,
    nature: 'hostile',
  },
  {
    file: 'loops.test.js',
    source: `${head}test('comes first', () => {});\ntest('loops', () => { for (;;); });\n`,
    tests: [
      { name: 'comes first', outcomes: ['passed'] },
      { name: 'loops', outcomes: ['timedOut'] },
    ],
    fails: null,
    nature: 'hostile',
  },
];
