import { describe, expect, test } from 'vitest';
import { suiteFiles, suiteShapes } from '../../../harness/bench/suites.js';

describe.each(suiteShapes)('the suite $name', (shape) => {
  const files = [...suiteFiles(shape)];
  const testFiles = files.filter(([path]) => path.endsWith('.test.ts'));

  test('has as many files and tests as it says', () => {
    const tests = testFiles.flatMap(([, text]) => text.match(/^ {2}test\(/gm) ?? []);
    expect([testFiles.length, tests.length]).toEqual([shape.files, shape.files * shape.tests]);
  });

  test('would fail in a run without fresh module state', () => {
    for (const [, text] of testFiles) expect(text).toContain('expect(count()).toBe(1)');
  });

  test('imports only modules that it has', () => {
    const paths = new Set(files.map(([path]) => path));
    const imported = files.flatMap(([, text]) =>
      [...text.matchAll(/from '(?:\.\/|\.\.\/src\/)(m\d+)'/g)].map(([, name]) => `src/${name}.ts`),
    );
    expect(imported.filter((path) => !paths.has(path))).toEqual([]);
  });
});
