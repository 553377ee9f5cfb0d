import fc, { type Arbitrary } from 'fast-check';

/** What fast-check prints of the value that it shrinks to, under a fixed seed. */
export async function printedCounterexample<T>(
  arbitrary: Arbitrary<T>,
  fails: (value: T) => boolean | Promise<boolean>,
  seed = 1,
): Promise<string> {
  const property = fc.asyncProperty(arbitrary, async (value) => !(await fails(value)));
  const result = await fc.check(property, { seed, numRuns: 2000 });
  if (!result.failed) throw new Error('no value failed');
  return fc.stringify(result.counterexample?.[0]);
}
