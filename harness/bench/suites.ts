import { generatedPackages } from './packages.js';

/** What a generated suite is like; `suiteFiles` turns it into source text. */
export interface SuiteShape {
  readonly name: string;
  readonly title: string;
  readonly files: number;
  /** Tests per file. */
  readonly tests: number;
  /** Modules of the suite's own that every file imports, directly or not. */
  readonly modules: number;
  /** Packages that every file imports: generated ones, or such as are installed here. */
  readonly packages: readonly string[];
  readonly environment: 'node' | 'jsdom';
  /** Statements of a test, beside its assertion. */
  readonly body: 'nothing' | 'wait' | 'compute' | 'render';
}

/** How long a test of body `wait` or `compute` takes by itself. */
export const bodyMs = { nothing: 0, wait: 50, compute: 20, render: 0 } as const;

const trivial: SuiteShape = {
  name: 'trivial20',
  title: '20 files x 10 trivial tests',
  files: 20,
  tests: 10,
  modules: 1,
  packages: [],
  environment: 'node',
  body: 'nothing',
};

/**
 * Libraries of many modules that are installed here. Importing some of them reads the process' id,
 * the clock or random numbers, so that each file must do it for itself.
 */
const installedPackages = ['ajv', 'execa', 'fast-check', 'memfs', '@sinonjs/fake-timers'] as const;

export const suiteShapes: readonly SuiteShape[] = [
  trivial,
  { ...trivial, name: 'trivial100', title: '100 files x 5 trivial tests', files: 100, tests: 5 },
  {
    ...trivial,
    name: 'heavy',
    title: '20 files importing generated packages',
    modules: 10,
    packages: generatedPackages,
  },
  {
    ...trivial,
    name: 'installed',
    title: '20 files importing installed packages',
    modules: 10,
    packages: installedPackages,
  },
  { ...trivial, name: 'async', title: '20 files x 4 waits of 50 ms', tests: 4, body: 'wait' },
  {
    ...trivial,
    name: 'jsdom',
    title: '20 files in jsdom',
    tests: 5,
    environment: 'jsdom',
    body: 'render',
  },
  { ...trivial, name: 'graph', title: '20 files over 80 own modules', modules: 80 },
  { ...trivial, name: 'cpu', title: '20 files x 4 x 20 ms of CPU', tests: 4, body: 'compute' },
];

/** @returns the suite's source text, by path */
export function suiteFiles(shape: SuiteShape): ReadonlyMap<string, string> {
  const files = new Map([
    ['package.json', JSON.stringify({ name: shape.name, private: true, type: 'module' })],
    ['vitest.config.ts', configText(shape)],
  ]);
  for (let at = 0; at < shape.modules; at++)
    files.set(`src/m${at}.ts`, moduleText(at, shape.modules));
  for (let at = 0; at < shape.files; at++) {
    files.set(`test/f${String(at).padStart(3, '0')}.test.ts`, testFileText(shape, at));
  }
  return files;
}

const configText = ({ environment }: SuiteShape): string =>
  `import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { environment: '${environment}', testTimeout: 30_000 } });
`;

/** A module with some code in it, which imports up to four further ones. */
function moduleText(at: number, count: number): string {
  const children = [1, 2, 3, 4].map((k) => at * 4 + k).filter((child) => child < count);
  const imports = children.map((child) => `import * as m${child} from './m${child}';\n`);
  const functions = Array.from({ length: count > 1 ? 20 : 3 }, (_, k) => functionText(at, k));
  return `${imports.join('')}${functions.join('')}
export const add = (a: number, b: number): number => a + b;
let counter = 0;
export const count = (): number => ++counter;
export const children = [${children.map((child) => `m${child}`).join(', ')}];
`;
}

const functionText = (at: number, k: number): string => `
export function f${at}_${k}(x: number): number {
  const seen = new Map<number, number>();
  for (let i = 0; i < x % 7; i++) seen.set(i, i * ${k + 1});
  return seen.size + x;
}
`;

/** Its first test fails unless the file sees fresh module state: a faster run must mean the same. */
function testFileText(shape: SuiteShape, at: number): string {
  const imports = shape.packages.map((name, k) => `import * as p${k} from '${name}';\n`);
  const used = shape.packages.map((_, k) => `Object.keys(p${k}).length`);
  const bodies = Array.from({ length: shape.tests }, (_, k) => {
    const check = k === 0 ? 'expect(count()).toBe(1)' : `expect(add(${at}, ${k})).toBe(${at + k})`;
    return `  test('test ${k}', async () => {\n    ${bodyText(shape, k)}${check};\n  });\n`;
  });
  return `import { describe, expect, test } from 'vitest';
import { add, count } from '../src/m0';
${imports.join('')}
export const used = [${used.join(', ')}];
describe('file ${at}', () => {
${bodies.join('')}});
`;
}

function bodyText(shape: SuiteShape, k: number): string {
  switch (shape.body) {
    case 'nothing':
      return '';
    case 'wait':
      return `await new Promise((resolve) => setTimeout(resolve, ${bodyMs.wait}));\n    `;
    case 'compute':
      return `const end = performance.now() + ${bodyMs.compute};
    while (performance.now() < end);\n    `;
    case 'render':
      return `document.body.innerHTML = '<p id="a">${k}</p>';
    expect(document.getElementById('a')?.textContent).toBe('${k}');\n    `;
  }
}
