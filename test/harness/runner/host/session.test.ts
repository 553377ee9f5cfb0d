import { describe, expect, test } from 'vitest';
import { exitWords, type Session } from '../../../../harness/runner/host/session.js';
import { fakeProject } from '../../../support/fakeVitest.js';
import { aSession, asks, FakeSink, tells } from '../../../support/sessions.js';
import { aFile, aTest, pack, root } from '../../../support/tasks.js';

const reports = [
  ['onQueued', aFile([])],
  ['onCollected', [aFile([])]],
  ['onTaskUpdate', [], []],
  ['onUserConsoleLog', { content: 'x' }],
  ['onUnhandledError', { message: 'x' }, 'Unhandled Error'],
  ['onAfterSuiteRun', {}],
  ['onAsyncLeaks', []],
  ['snapshotSaved', {}],
  ['onCancel', 'keyboard-input'],
] as const;

describe('what a worker says', () => {
  test.each(reports)('%s is answered if an answer is awaited', (method, ...args) => {
    const session = aSession(new FakeSink());
    expect(session.take(asks(method, ...args))).toEqual({ t: 's', i: 'id', r: undefined });
    expect(session.take(tells(method, ...args))).toBeNull();
  });

  test.each([
    ['getCountOfFailedTests', [], 0],
    ['onTaskArtifactRecord', ['t', { type: 'x' }], { type: 'x' }],
    ['onTaskAnnotate', ['t', { message: 'x' }], { message: 'x' }],
  ])('%s is answered as Vitest answers it', (method, args, answer) => {
    const session = aSession(new FakeSink());
    expect(session.take(asks(method, ...args))).toEqual({ t: 's', i: 'id', r: answer });
    expect(session.take(tells(method, ...args))).toBeNull();
  });

  test.each([
    ['a call that Vitest must answer', asks('fetch', '/repo/a.ts')],
    ['a call without an answer that is not a report', tells('ensureModuleGraphEntry', '/a', '/b')],
    ['a call of a later Vitest', asks('onSomethingNew', 1)],
    ['an answer', { t: 's', i: 'id', r: 1 } as const],
    ['a message without a method', { t: 'q', i: 'id' } as const],
  ])('%s is passed on', (_, message) => {
    expect(aSession(new FakeSink()).take(message)).toBeUndefined();
  });

  test('everything it says is a sign of life', () => {
    const sink = new FakeSink();
    sink.clockMs = 5;
    const session = aSession(sink);
    expect(session.lastSign).toBe(5);
    sink.clockMs = 70;
    session.take(asks('fetch', '/repo/a.ts'));
    expect(session.lastSign).toBe(70);
  });
});

describe('a file', () => {
  const collect = (session: Session, file: string, ...tests: string[]) => {
    const filepath = `${root}/${file}`;
    const tasks = tests.map((name) => aTest(name));
    session.take(asks('onQueued', aFile([], { filepath })));
    session.take(asks('onCollected', [aFile(tasks, { filepath })]));
  };
  const update = (session: Session, ...packs: unknown[]) =>
    session.take(asks('onTaskUpdate', packs, []));

  test('is told to have started, and done once, with what it took', () => {
    const sink = new FakeSink();
    sink.clockMs = 10;
    const session = aSession(sink, { project: fakeProject({ name: 'unit' }) });
    expect(sink.startedFiles).toEqual(['3 unit a.test.ts']);
    collect(session, 'a.test.ts', 'saves');
    update(session, pack('saves', 'pass'));
    sink.clockMs = 35;
    session.finished(undefined);
    sink.clockMs = 90;
    expect(session.closed).toBe(false);
    session.close();
    session.close();
    session.died(1, null);
    expect(session.closed).toBe(true);
    expect(sink.told).toEqual({ 'a.test.ts': ['finished', 'saves: passed'] });
    expect(sink.results).toMatchObject([
      { durationMs: 25, forked: false, filepath: '/repo/a.test.ts' },
    ]);
  });

  test('gets the late errors of its worker as long as that is not closed', () => {
    const sink = new FakeSink();
    const session = aSession(sink);
    collect(session, 'a.test.ts', 'saves');
    update(session, pack('saves', 'pass'));
    session.finished(undefined);
    session.take(tells('onUnhandledError', { message: 'late' }, 'Unhandled Rejection'));
    session.close();
    expect(sink.told['a.test.ts']).toContain('unhandled: Unhandled Rejection: late');
  });

  test('fails by the error with which its worker finished', () => {
    const sink = new FakeSink();
    const session = aSession(sink);
    session.finished({ message: 'no such environment' });
    session.close();
    expect(sink.told).toEqual({
      'a.test.ts': ['finished', 'unhandled: Test Run Error: no such environment'],
    });
  });

  test('fails by the error with which its worker did not start', () => {
    const sink = new FakeSink();
    const session = aSession(sink, { files: ['a.test.ts', 'b.test.ts'] });
    session.failedToStart(new Error('no memory'));
    expect(sink.told).toEqual({
      'a.test.ts': ['finished', 'unhandled: Worker Start Error: no memory'],
      'b.test.ts': ['finished', 'unhandled: Worker Start Error: no memory'],
    });
  });

  test.each([
    ['all, if the config says so', { dangerouslyIgnoreUnhandledErrors: true }, 0],
    ['those that the config picks', { onUnhandledError: (e: unknown) => e !== 'known' }, 1],
    ['none else', {}, 2],
  ])('does not fail by unhandled errors: %s', (_, config, count) => {
    const sink = new FakeSink();
    const session = aSession(sink, { project: fakeProject({ config }) });
    session.take(tells('onUnhandledError', 'known', 'Unhandled Rejection'));
    session.take(tells('onUnhandledError', 'unknown', 'Unhandled Rejection'));
    session.take(asks('onCollected', [aFile([])]));
    session.close();
    expect(sink.results[0]?.facts).toHaveLength(count);
  });

  test('whose worker died has the results that only the recorder knows', () => {
    const sink = new FakeSink();
    sink.flight = { running: ['kills'], recorded: [pack('saves', 'pass')] };
    const session = aSession(sink);
    collect(session, 'a.test.ts', 'saves', 'kills');
    session.died(null, 'SIGKILL');
    expect(sink.told).toEqual({
      'a.test.ts': ['died', 'saves: passed', 'kills: crashed worker killed by SIGKILL'],
    });
  });

  test('whose worker stalled says for how long nothing was heard', () => {
    const sink = new FakeSink();
    sink.flight = { running: ['loops'], recorded: [] };
    const session = aSession(sink);
    collect(session, 'a.test.ts', 'loops');
    session.stalled(3_000);
    expect(sink.told).toEqual({
      'a.test.ts': ['stalled', 'loops: timedOut no sign of life for 3000 ms: worker killed'],
    });
  });

  test('that was called off keeps what is known of it', () => {
    const sink = new FakeSink();
    const session = aSession(sink);
    collect(session, 'a.test.ts', 'saves', 'loads');
    update(session, pack('saves', 'fail', { errors: [{ message: 'no' }] }));
    session.close('cancelled');
    expect(sink.told).toEqual({
      'a.test.ts': ['cancelled', 'saves: failed no', 'loads: skipped notReached'],
    });
  });

  test('that was through when it was called off is finished', () => {
    const sink = new FakeSink();
    const session = aSession(sink);
    collect(session, 'a.test.ts', 'saves');
    update(session, pack('saves', 'pass'));
    session.finished(undefined);
    session.close('cancelled');
    expect(sink.told).toEqual({ 'a.test.ts': ['finished', 'saves: passed'] });
  });

  describe('of several in one worker', () => {
    const files = ['a.test.ts', 'b.test.ts', 'c.test.ts'];

    test.each([
      ['dies', (session: Session) => session.died(1, null), 'died'],
      ['stalls', (session: Session) => session.stalled(9), 'stalled'],
    ])('finished, %s, or must be run again', (_, end, kind) => {
      const sink = new FakeSink();
      sink.flight = { running: ['b1'], recorded: [] };
      const session = aSession(sink, { files });
      sink.clockMs = 100;
      collect(session, 'a.test.ts', 'a1');
      update(session, pack('a1', 'pass'));
      collect(session, 'b.test.ts', 'b1');
      end(session);
      expect(sink.results.map(({ file, end, durationMs }) => [file, end, durationMs])).toEqual([
        ['a.test.ts', 'finished', 50],
        ['b.test.ts', kind, 50],
      ]);
      expect(sink.told['a.test.ts']).toEqual(['finished', 'a1: passed']);
      expect(sink.lostFiles).toEqual(['/repo/c.test.ts']);
    });

    test('has the unhandled errors that came in its turn', () => {
      const sink = new FakeSink();
      const session = aSession(sink, { files: files.slice(0, 2) });
      collect(session, 'a.test.ts', 'a1');
      update(session, pack('a1', 'pass'));
      collect(session, 'b.test.ts', 'b1');
      session.take(tells('onUnhandledError', { message: 'late' }, 'Unhandled Rejection'));
      update(session, pack('b1', 'pass'));
      session.close();
      expect(sink.told).toEqual({
        'a.test.ts': ['finished', 'a1: passed'],
        'b.test.ts': ['finished', 'b1: passed', 'unhandled: Unhandled Rejection: late'],
      });
    });

    test('that died before any file began: the first is it, the others are run again', () => {
      const sink = new FakeSink();
      aSession(sink, { files }).died(null, 'SIGSEGV');
      expect(sink.told).toEqual({
        'a.test.ts': ['died', 'crash: worker killed by SIGSEGV'],
      });
      expect(sink.lostFiles).toEqual(['/repo/b.test.ts', '/repo/c.test.ts']);
    });
  });
});

test('a session without a file is our mistake', () => {
  expect(() => aSession(new FakeSink(), { files: [] })).toThrow('a session needs a file');
});

test.each([
  [null, 'SIGKILL', '', 'worker killed by SIGKILL'],
  [null, 'SIGABRT', '', 'worker killed by SIGABRT'],
  [null, 'SIGABRT', 'FATAL ERROR: Reached heap limit Allocation failed', /out of memory/],
  [134, null, 'JavaScript heap out of memory', /out of memory/],
  // What an earlier worker left on stderr says nothing of a later one's end.
  [null, 'SIGKILL', 'JavaScript heap out of memory', 'worker killed by SIGKILL'],
  [3, null, '', 'worker exited with code 3 in the middle of its file'],
  [0, null, '', 'worker exited with code 0 in the middle of its file'],
  [null, null, '', 'worker exited with code unknown in the middle of its file'],
] as const)('code %s, signal %s, stderr %j: %s', (code, signal, stderr, words) => {
  expect(exitWords(code, signal, stderr)).toMatch(words);
});
