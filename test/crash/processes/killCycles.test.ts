import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Compiled, compileScripts } from './compiled.js';
import { killCycles } from './killCycles.js';

let compiled: Compiled;
let dir: string;
beforeAll(() => {
  compiled = compileScripts();
  dir = mkdtempSync(join(tmpdir(), 'fh-kill-'));
});
afterAll(() => {
  compiled.remove();
  rmSync(dir, { recursive: true, force: true });
});

test('what killed processes were told is there, whoever takes over', {
  timeout: 120_000,
}, async () => {
  const tally = await killCycles({ dir, script: compiled.script('writer'), cycles: 15, seed: 4 });
  expect(tally.broken).toEqual([]);
  expect(tally).toMatchObject({ cycles: 15 });
  expect(tally.acknowledged).toBeGreaterThan(100);
  expect(tally.owners).toBeGreaterThan(0);
});
