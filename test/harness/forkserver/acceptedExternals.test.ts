import { expect, test } from 'vitest';
import { acceptedExternals, type Trial } from '../../../harness/forkserver/acceptedExternals.js';

/** A world in which some packages have an effect of their own, and packages import packages. */
const worldOf =
  (impure: readonly string[], imports: Readonly<Record<string, readonly string[]>> = {}): Trial =>
  async (externals) => {
    const loaded = new Set<string>();
    const load = (path: string): boolean => {
      if (loaded.has(path)) return false;
      loaded.add(path);
      const inner = (imports[path] ?? []).map(load);
      return impure.includes(path) || inner.some(Boolean);
    };
    return externals.filter(load).map((path) => ({ path, why: 'has an effect' }));
  };

const accept = async (externals: readonly string[], trial: Trial) => {
  const { accepted, rejected } = await acceptedExternals(externals, trial);
  return [accepted, rejected.map((each) => each.path)];
};

test('packages without effects are all accepted', async () => {
  expect(await accept(['a', 'b'], worldOf([]))).toEqual([['a', 'b'], []]);
});

test('a package is tried once, however often it is named', async () => {
  expect(await accept(['a', 'a'], worldOf([]))).toEqual([['a'], []]);
});

test('who imports a rejected package is rejected too, though it came loaded already', async () => {
  const world = worldOf(['deep'], { outer: ['middle'], middle: ['deep'] });
  expect(await accept(['deep', 'middle', 'outer', 'other'], world)).toEqual([
    ['other'],
    ['deep', 'middle', 'outer'],
  ]);
});

test('a package that gives itself away anew in every trial leaves nothing accepted', async () => {
  let trials = 0;
  const names = Array.from({ length: 20 }, (_, n) => `p${n}`);
  const world: Trial = async (externals) => {
    trials++;
    return externals.slice(0, 1).map((path) => ({ path, why: 'this time' }));
  };
  const { accepted, rejected } = await acceptedExternals(names, world);
  expect(accepted).toEqual([]);
  expect(rejected.map((each) => each.path)).toEqual(names);
  expect(trials).toBeLessThan(names.length);
});
