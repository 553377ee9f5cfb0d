import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { withDir } from 'tmp-promise';
import { expect, test } from 'vitest';
import {
  type FileScript,
  fileScript,
} from '../../../../harness/property/arbitraries/fileScript.js';
import { fileScripts } from '../../../../harness/property/arbitraries/fileScripts.js';
import { printCode } from '../../../../harness/property/arbitraries/printCode.js';
import { runFileScript } from '../../../../harness/property/arbitraries/runFileScript.js';
import {
  applyStep,
  emptyState,
  isSensible,
} from '../../../../harness/property/arbitraries/scriptModel.js';
import { printedCounterexample } from './printedCounterexample.js';

const nested = { files: ['a', 'b', 'd/a', 'd/e/f'], maxSteps: 30 };

test('every step makes sense where it stands, and all is closed in the end', () => {
  fc.assert(
    fc.property(fileScripts(nested), (script) => {
      const state = emptyState();
      for (const step of script) {
        expect(isSensible(state, step), printCode(step)).toBe(true);
        applyStep(state, step);
      }
      expect(state.open.size).toBe(0);
    }),
    { seed: 1 },
  );
});

test('what makes sense succeeds on a real file system', async () => {
  await withDir(
    async ({ path }) => {
      let run = 0;
      const property = fc.asyncProperty(fileScripts(nested), async (script) => {
        const dir = join(path, String(run++));
        fs.mkdirSync(dir);
        const outcomes = await runFileScript(script, fs, dir);
        expect(outcomes.filter(({ kind }) => kind !== 'done')).toEqual([]);
      });
      await fc.assert(property, { numRuns: 60, seed: 2 });
    },
    { unsafeCleanup: true },
  );
});

test('a rename between two names of one file, which does nothing, makes no sense', () => {
  const state = emptyState();
  applyStep(state, ['writeFile', 'a', 'a']);
  applyStep(state, ['link', 'a', 'b']);
  expect(isSensible(state, ['rename', 'a', 'b'])).toBe(false);
  applyStep(state, ['unlink', 'b']);
  applyStep(state, ['writeFile', 'b', 'b']);
  expect(isSensible(state, ['rename', 'a', 'b'])).toBe(true);
});

test('every call is drawn', () => {
  const scripts = fc.sample(fileScripts(nested), { numRuns: 200, seed: 1 });
  const calls = new Set(scripts.flatMap((script) => script.map(([call]) => call)));
  expect(calls.size).toBe(19);
});

test('scripts keep to the calls, names and lengths asked for', () => {
  const asked = { files: ['x'], calls: ['writeFile', 'unlink'], minSteps: 2, maxSteps: 4 } as const;
  fc.assert(
    fc.property(fileScripts(asked), (script) => {
      expect(script.length).toBeGreaterThanOrEqual(2);
      expect(script.length).toBeLessThanOrEqual(4);
      for (const [call, name] of script) expect([call, name]).toEqual([expect.anything(), 'x']);
    }),
    { seed: 3 },
  );
});

test.each([
  [
    'renaming a written file',
    (script: FileScript) => script.some(([call]) => call === 'rename'),
    "fileScript([\n  ['writeFile', 'a', 'a'],\n  ['rename', 'a', 'b'],\n])",
  ],
  [
    'more than nine bytes in one write to a handle',
    (script: FileScript) =>
      script.some((step) => step[0] === 'write' && String(step[2]).length > 9),
    "fileScript([\n  ['open', 'f1', 'a', 'w'],\n  ['write', 'f1', 'a'.repeat(10)],\n  ['close', 'f1'],\n])",
  ],
  [
    'a folder removed again',
    (script: FileScript) => script.some(([call]) => call === 'rmdir'),
    "fileScript([\n  ['mkdir', 'd'],\n  ['rmdir', 'd'],\n])",
  ],
])('%s shrinks to what it takes', async (_what, fails, code) => {
  const scripts = fileScripts({ files: ['a', 'b', 'd/a'], sizes: [1, 100] });
  expect(await printedCounterexample(scripts, fails)).toBe(code);
});

test('what is printed is the script again', () => {
  fc.assert(
    fc.property(fileScripts(nested), (script) => {
      const evaluate = new Function('fileScript', `return ${fc.stringify(script)}`);
      expect(evaluate(fileScript)).toEqual(script);
    }),
    { seed: 4 },
  );
});

test.each([
  [{ files: [] }, 'fileScripts: files is empty'],
  [{ files: ['/a'] }, 'fileScripts: files holds /a, not a relative path'],
  [{ minSteps: 3, maxSteps: 2 }, 'fileScripts: minSteps 3 and maxSteps 2 leave no length'],
  [{ maxOpen: 0 }, 'fileScripts: maxOpen is 0'],
  [{ sizes: [-1] }, 'fileScripts: sizes are -1'],
  [{ calls: [] }, 'fileScripts: calls is empty'],
])('refuses %j', (constraints, message) => {
  expect(() => fileScripts(constraints)).toThrow(
    expect.objectContaining({ code: 'PROPERTY_CONSTRAINT', message }),
  );
});
