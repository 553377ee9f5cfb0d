import { beforeAll, describe, expect, test } from 'vitest';
import { type ProbeRun, runProbe } from './bothWays.js';

type State = Record<string, unknown> & { readonly draws: Record<string, unknown> };

/** What tests can see to differ between a forked worker and an ordinary one, and why it stays so. */
const knownDifferences: readonly (readonly [key: string, reason: string])[] = [
  ['draws', 'random and unique values: compared by themselves below'],
  ['leadsItsGroup', 'what a test leaves running is found by its group'],
  ['threads', 'a fork has one: Node makes the others again when there is work for them'],
  ['openFiles', 'one more for the flight recorder, and none of the kernel for absent threads'],
  ['builtins', 'the template has loaded parts of Node for itself'],
];

const stateOf = (run: ProbeRun | undefined): State =>
  (run?.tests[0]?.meta as { state: State } | undefined)?.state as State;

describe.each<[name: string, config: Record<string, unknown>]>([
  ['node', {}],
  ['node, with globals', { globals: true }],
  ['jsdom', { environment: 'jsdom' }],
  ['happy-dom', { environment: 'happy-dom' }],
])('a forked worker in %s', (name, config) => {
  let ordinary: State;
  let first: State;
  let second: State;

  beforeAll(async () => {
    const [plain] = await runProbe({ probe: 'state.probe.ts', way: 'ordinary', config });
    const lesson = plain?.lesson ?? { answers: [], externals: [] };
    const forked = await runProbe({
      probe: 'state.probe.ts',
      way: 'forked',
      runs: 2,
      config,
      lesson,
    });
    expect([plain, ...forked].flatMap((run) => run?.errors)).toEqual([]);
    ordinary = stateOf(plain);
    first = stateOf(forked[0]);
    second = stateOf(forked[1]);
  });

  test('shows tests the state of an ordinary one', () => {
    const compared = (state: State) =>
      Object.fromEntries(
        Object.entries(state).filter(([key]) => !knownDifferences.some(([known]) => known === key)),
      );
    expect(compared(first)).toEqual(compared(ordinary));
    expect(compared(second)).toEqual(compared(ordinary));
  });

  test.runIf(name === 'node')('differs from it in all that is known to differ', () => {
    // Which parts of Node are loaded depends on the Node.
    const keys = knownDifferences.map(([key]) => key).filter((key) => key !== 'builtins');
    for (const key of keys) expect(first[key], key).not.toEqual(ordinary[key]);
  });

  test('draws and starts for itself', () => {
    for (const [name, value] of Object.entries(first.draws)) {
      expect(second.draws[name], name).not.toEqual(value);
    }
  });
});

test('what an ordinary worker can do, a forked one can', async () => {
  const [run] = await runProbe({ probe: 'usable.probe.ts', way: 'forked' });
  expect(run?.errors).toEqual([]);
  const failures = run?.tests.flatMap((each) => each.errors) ?? [];
  expect(failures, failures.join('\n')).toEqual([]);
  expect(run?.tests.map((each) => each.state)).toEqual(run?.tests.map(() => 'passed'));
  expect(run?.tests.length).toBeGreaterThan(10);
});
