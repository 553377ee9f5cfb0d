import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileTap, identify, type TaskPack } from '../../../../harness/runner/host/fileTap.js';
import { aFile, aSuite, aTest, failedBy, pack, root, told } from '../../../support/tasks.js';

const finished = { kind: 'finished' } as const;

function tapped(tasks: Parameters<typeof aFile>[0], packs: readonly TaskPack[] = []): FileTap {
  const tap = new FileTap(root, 'unit', join(root, 'a.test.ts'));
  tap.collected(aFile(tasks));
  tap.updated(packs);
  return tap;
}

const identities = (tap: FileTap) =>
  tap.facts(finished).flatMap((fact) => (fact.type === 'attempt' ? [fact.test] : []));

describe('who a test is', () => {
  test('its name is that of all suites around it, its file is relative to the root', () => {
    const tap = tapped([aSuite('outer', [aSuite('inner', [aTest('works')])])]);
    expect(identities(tap)).toMatchObject([
      { project: 'unit', file: 'a.test.ts', name: 'outer > inner > works', ordinal: 0 },
    ]);
    expect(tap.nameOf('works')).toBe('outer > inner > works');
    expect(tap.nameOf('inner')).toBe('outer > inner');
    expect(tap.nameOf('unknown')).toBeUndefined();
  });

  test('tests of one name are told apart by their place, also across suites of one name', () => {
    const tap = tapped([
      aTest('twin', { id: '1' }),
      aSuite('s', [aTest('twin', { id: '2' })], { id: 's1' }),
      aTest('twin', { id: '3' }),
      aSuite('s', [aTest('twin', { id: '4' })], { id: 's2' }),
    ]);
    const found = identities(tap);
    expect(found.map(({ name, ordinal }) => [name, ordinal])).toEqual([
      ['twin', 0],
      ['s > twin', 0],
      ['twin', 1],
      ['s > twin', 1],
    ]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
  });

  test('a property is the same test under every seed that @fast-check/vitest draws for it', () => {
    const [one, other] = ['7', '-1891447260'].map((seed) => {
      const tap = tapped([aSuite('s', [aTest(`holds (with seed=${seed})`, { id: 'p' })])]);
      expect(tap.nameOf('p')).toBe('s > holds');
      return identities(tap);
    });
    expect(one).toEqual(other);
    expect(identities(tapped([aTest('goes on (with seed=1) after')]))).toMatchObject([
      { name: 'goes on (with seed=1) after' },
    ]);
  });

  test('an id is twelve hex digits and hangs on nothing but the four parts', () => {
    const id = (...parts: Parameters<typeof identify>) => identify(...parts).id;
    expect(id('', 'a.test.ts', 'works', 0)).toMatch(/^[0-9a-f]{12}$/);
    expect(id('', 'a.test.ts', 'works', 0)).toBe(id('', 'a.test.ts', 'works', 0));
    const part = fc.string({ maxLength: 4 });
    const parts = fc.tuple(part, part, part, fc.nat(3));
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(id(...a) === id(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });
});

describe('tries of a test', () => {
  const retried = { retryCount: 2, errors: [{ message: 'one' }, { message: 'two' }] };
  const table: [string, TaskPack, string[]][] = [
    ['a pass', pack('t', 'pass'), ['t: passed']],
    ['a failure', pack('t', 'fail', failedBy('no')), ['t: failed no']],
    ['a failure without an error', pack('t', 'fail'), ['t: failed failed']],
    [
      "a limit of Vitest's own",
      pack('t', 'fail', failedBy('Test timed out in 5000ms.\nIf this')),
      ['t: timedOut Test timed out in 5000ms.\nIf this'],
    ],
    [
      'a pass after retries',
      pack('t', 'pass', retried),
      ['t: failed one', 't: failed two', 't: passed'],
    ],
    [
      'retries that all fail',
      pack('t', 'fail', {
        retryCount: 1,
        errors: [{ message: 'one' }, { message: 'two' }],
      }),
      ['t: failed one', 't: failed two'],
    ],
    ['repeats that all pass', pack('t', 'pass', { repeatCount: 1 }), ['t: passed', 't: passed']],
    [
      'a repeat that fails',
      pack('t', 'fail', { repeatCount: 2, errors: [{ message: 'one' }] }),
      ['t: passed', 't: passed', 't: failed one'],
    ],
    [
      'repeats, one of them retried',
      pack('t', 'pass', { repeatCount: 1, retryCount: 1, errors: [{ message: 'one' }] }),
      ['t: failed one', 't: passed', 't: passed'],
    ],
    [
      // With `repeats`, Vitest 3.2 goes on retrying a test that passes, and counts it.
      'retries of 3.2 that nothing called for',
      pack('t', 'pass', { repeatCount: 1, retryCount: 2 }),
      ['t: passed', 't: passed', 't: passed', 't: passed'],
    ],
    [
      // `test.fails` in 3.2 and 4: retried while it fails, then turned round and its errors dropped.
      'an expected failure under `retry`',
      pack('t', 'pass', { retryCount: 2 }),
      ['t: passed', 't: passed', 't: passed'],
    ],
    [
      'an unexpected pass',
      pack('t', 'fail', failedBy('Expect test to fail')),
      ['t: failed Expect test to fail'],
    ],
    [
      'an expected failure that passes when retried',
      pack('t', 'fail', { retryCount: 1, ...failedBy('Expect test to fail') }),
      ['t: passed', 't: failed Expect test to fail'],
    ],
    [
      'the attempts of Vitest 5',
      pack('t', 'pass', {
        retryCount: 2,
        errors: [{ message: 'one' }, { message: 'soft' }, { message: 'two' }],
        attempts: [
          { state: 'fail', errors: [{ message: 'one' }, { message: 'soft' }] },
          { state: 'fail', errors: [{ message: 'two' }] },
          { state: 'pass' },
        ],
      }),
      ['t: failed one', 't: failed two', 't: passed'],
    ],
    [
      'a repeat in the middle that fails, in Vitest 5',
      pack('t', 'fail', {
        repeatCount: 2,
        errors: [{ message: 'two' }],
        attempts: [
          { state: 'pass' },
          { state: 'fail', errors: [{ message: 'two' }] },
          { state: 'pass' },
        ],
      }),
      ['t: passed', 't: failed two', 't: passed'],
    ],
  ];
  test.each(table)('%s', (_, result, expected) => {
    expect(told(tapped([aTest('t')], [result]).facts(finished))).toEqual(expected);
  });

  test('are numbered from 0 and share the duration unless each has its own', () => {
    const attempts = [
      { state: 'fail', duration: 7 },
      { state: 'pass', duration: 5 },
    ];
    const facts = tapped(
      [aTest('shared'), aTest('own')],
      [
        pack('shared', 'pass', { duration: 6, retryCount: 1, errors: [{}] }),
        pack('own', 'pass', { duration: 12, attempts }),
      ],
    ).facts(finished);
    const told = facts.flatMap((fact) =>
      fact.type === 'attempt' && fact.outcome.kind !== 'skipped'
        ? [[fact.test.name, fact.attempt, fact.outcome.durationMs]]
        : [],
    );
    expect(told).toEqual([
      ['shared', 0, 3],
      ['shared', 1, 3],
      ['own', 0, 7],
      ['own', 1, 5],
    ]);
  });

  test('however they are told, there is one more than retries and repeats, and the last ends as the test did', () => {
    const counts = fc.record({
      state: fc.constantFrom('pass' as const, 'fail' as const),
      retryCount: fc.nat(5),
      repeatCount: fc.nat(5),
      errors: fc.array(fc.record({ message: fc.string() }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(counts, ({ state, ...result }) => {
        const facts = tapped([aTest('t')], [pack('t', state, result)]).facts(finished);
        const attempts = facts.map((fact) => (fact.type === 'attempt' ? fact.attempt : -1));
        expect(attempts).toEqual(
          Array.from({ length: result.retryCount + result.repeatCount + 1 }, (_, i) => i),
        );
        const kinds = facts.map((fact) => fact.type === 'attempt' && fact.outcome.kind);
        expect(kinds.at(-1) === 'passed').toBe(state === 'pass');
      }),
    );
  });
});

describe('skipped tests', () => {
  test('skip, todo and filtered ones are declared so', () => {
    const tap = tapped(
      [aTest('skip', { mode: 'skip' }), aTest('todo', { mode: 'todo' }), aTest('late')],
      [pack('late', 'skip', { pending: true })],
    );
    expect(told(tap.facts(finished))).toEqual([
      'skip: skipped declared',
      'todo: skipped declared',
      'late: skipped declared',
    ]);
  });

  test('a test that skips itself is declared so beside one that fails', () => {
    const tap = tapped(
      [aSuite('s', [aTest('fails'), aTest('skips itself')])],
      [
        pack('fails', 'fail', failedBy('no')),
        pack('skips itself', 'skip', { pending: true }),
        pack('s', 'fail'),
      ],
    );
    expect(told(tap.facts(finished))).toContain('s > skips itself: skipped declared');
  });

  test('a test that skips itself is declared so before an afterAll that fails', () => {
    const tap = tapped(
      [aSuite('s', [aTest('skips itself')])],
      [pack('skips itself', 'skip', { pending: true }), pack('s', 'fail', failedBy('port in use'))],
    );
    expect(told(tap.facts(finished))).toContain('s > skips itself: skipped declared');
  });

  test('a test whose beforeAll failed was not reached, unless it was to be skipped anyway', () => {
    const tap = tapped(
      [aSuite('s', [aTest('blocked'), aTest('skip', { mode: 'skip' })]), aTest('beside')],
      [
        pack('blocked', 'skip'),
        pack('skip', 'skip'),
        pack('s', 'fail', failedBy('no database')),
        pack('beside', 'pass'),
      ],
    );
    expect(told(tap.facts(finished))).toEqual([
      's > blocked: skipped notReached',
      's > skip: skipped declared',
      'beside: passed',
      'hook: no database (in a hook of "s")',
    ]);
  });

  test('a test of which nothing more was heard was not reached', () => {
    const tap = tapped([aTest('unheard'), aTest('begun')], [['begun', { state: 'run' }]]);
    expect(told(tap.facts({ kind: 'cancelled' }))).toEqual([
      'unheard: skipped notReached',
      'begun: skipped notReached',
    ]);
  });
});
