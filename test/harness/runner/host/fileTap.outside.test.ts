import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileTap } from '../../../../harness/runner/host/fileTap.js';
import {
  aFile,
  aSuite,
  aTest,
  died,
  failedBy,
  pack,
  root,
  stalled,
  told,
} from '../../../support/tasks.js';

const finished = { kind: 'finished' } as const;
const newTap = () => new FileTap(root, '', join(root, 'a.test.ts'));

describe('failures outside any test', () => {
  test('a file that could not be imported has no tests and fails by its import', () => {
    const tap = newTap();
    const result = { state: 'fail' as const, ...failedBy('Cannot find module') };
    tap.collected(aFile([], { result }));
    expect(told(tap.facts(finished))).toEqual(['import: Cannot find module']);
  });

  test('a hook of the file, and each hook of a suite, fails by itself', () => {
    const tap = newTap();
    const file = aFile([aSuite('s', [aTest('t')])]);
    tap.collected(file);
    tap.updated([
      pack('t', 'pass'),
      pack('s', 'fail', { errors: [{ message: 'one' }, { message: 'two' }] }),
      pack(file.id, 'fail', failedBy('three')),
    ]);
    expect(told(tap.facts(finished))).toEqual([
      's > t: passed',
      'hook: three',
      'hook: one (in a hook of "s")',
      'hook: two (in a hook of "s")',
    ]);
  });

  test('a suite that failed only through its tests adds nothing', () => {
    const tap = newTap();
    tap.collected(aFile([aSuite('s', [aTest('t')])]));
    tap.updated([pack('t', 'fail', failedBy('no')), pack('s', 'fail')]);
    expect(told(tap.facts(finished))).toEqual(['s > t: failed no']);
  });

  test('an unhandled error says of which kind it is and what was running', () => {
    const tap = newTap();
    tap.collected(aFile([aTest('t')]));
    tap.updated([pack('t', 'pass')]);
    tap.unhandled({ message: 'late', VITEST_TEST_NAME: 'saves' }, 'Unhandled Rejection');
    tap.unhandled('only a text', 'Uncaught Exception');
    tap.unhandled(undefined, 'Unhandled Rejection');
    tap.unhandled({ message: 'port in use' }, 'Teardown Error');
    expect(told(tap.facts(finished))).toEqual([
      't: passed',
      'unhandled: Unhandled Rejection: late (while "saves" was running)',
      'unhandled: Uncaught Exception: only a text',
      'unhandled: Unhandled Rejection: undefined',
      'teardown: Teardown Error: port in use',
    ]);
  });

  test('a worker that finished without a word of its file is not silently fine', () => {
    expect(told(newTap().facts(finished))).toEqual([
      'import: the worker finished without reporting the file',
    ]);
    const tap = newTap();
    tap.unhandled({ message: 'no such environment' }, 'Test Run Error');
    expect(told(tap.facts(finished))).toEqual(['unhandled: Test Run Error: no such environment']);
  });

  test('a cancelled file without a word is nobody’s failure', () => {
    expect(newTap().facts({ kind: 'cancelled' })).toEqual([]);
  });
});

describe('a worker that died or stalled', () => {
  const tests = [aTest('done'), aTest('one'), aTest('two'), aTest('next')];

  test.each([
    ['died', died, 'crashed killed'],
    ['stalled', stalled, 'timedOut no sign of life'],
  ] as const)(
    '%s: every running test is named, those ended and those to come are not',
    (_, end, words) => {
      const tap = newTap();
      tap.collected(aFile(tests));
      tap.updated([pack('done', 'pass'), ['one', { state: 'run' }]]);
      expect(told(tap.facts(end('one', 'two')))).toEqual([
        'done: passed',
        `one: ${words}`,
        `two: ${words}`,
        'next: skipped notReached',
      ]);
    },
  );

  test('a test whose result had arrived is not the culprit, whatever the recorder lacks', () => {
    const tap = newTap();
    tap.collected(aFile([aTest('done')]));
    tap.updated([pack('done', 'pass')]);
    expect(told(tap.facts(died('done')))).toEqual(['done: passed', 'crash: killed']);
  });

  test('results that came by the flight recorder count as any other', () => {
    const tap = newTap();
    tap.collected(aFile(tests));
    tap.updated([['done', { state: 'run' }]]);
    tap.updated([pack('done', 'fail', failedBy('no')), pack('one', 'pass')]);
    expect(told(tap.facts(died('two')))).toEqual([
      'done: failed no',
      'one: passed',
      'two: crashed killed',
      'next: skipped notReached',
    ]);
  });

  test.each([
    ['died', died, 'crash: killed'],
    ['stalled', stalled, 'timeout: no sign of life'],
  ] as const)(
    '%s in its import: the file has failed, of which no test is known',
    (_, end, words) => {
      expect(told(newTap().facts(end()))).toEqual([words]);
    },
  );

  test('in a hook: the file has failed, and the suite is named', () => {
    const tap = newTap();
    const file = aFile([aSuite('outer', [aSuite('inner', [aTest('t')])])]);
    tap.collected(file);
    expect(told(tap.facts(died('inner', 'outer', file.id)))).toEqual([
      'outer > inner > t: skipped notReached',
      'crash: killed (in "outer > inner")',
    ]);
  });

  test('in a hook of the file itself, which has no name: the file has failed', () => {
    const tap = newTap();
    const file = aFile([aTest('t')]);
    tap.collected(file);
    expect(told(tap.facts(died(file.id)))).toEqual(['t: skipped notReached', 'crash: killed']);
  });

  test('keeps the unhandled errors that came before', () => {
    const tap = newTap();
    tap.collected(aFile([aTest('t')]));
    tap.unhandled({ message: 'broke' }, 'Uncaught Exception');
    expect(told(tap.facts(died('t')))).toEqual([
      't: crashed killed',
      'unhandled: Uncaught Exception: broke',
    ]);
  });
});
