import { describe, expect, test } from 'vitest';
import {
  failureDetail,
  isTimeout,
  plainFailure,
  type SerialError,
} from '../../../../harness/runner/host/failures.js';

const detail = (error: unknown) => failureDetail(error, '/repo');
const frameOf = (...frames: string[]) =>
  detail({ stack: ['Error: no', ...frames.map((frame) => `    ${frame}`)].join('\n') }).frame;

describe('the frame', () => {
  test.each([
    ['of a function', 'at save (/repo/src/store.ts:3:5)', 'src/store.ts:3:5'],
    ['of no function', 'at /repo/a.test.ts:12:1', 'a.test.ts:12:1'],
    ['of an async function', 'at async save (/repo/src/store.ts:3:5)', 'src/store.ts:3:5'],
    ['of no async function', 'at async /repo/a.test.ts:12:1', 'a.test.ts:12:1'],
    ['of a method by another name', 'at Store.save [as put] (/repo/s.ts:3:5)', 's.ts:3:5'],
    ['of a constructor', 'at new Store (/repo/s.ts:3:5)', 's.ts:3:5'],
    ['with a file URL', 'at save (file:///repo/src/a%20b.ts:3:5)', 'src/a b.ts:3:5'],
    ['with a query', 'at save (/repo/s.ts?v=12:3:5)', 's.ts:3:5'],
    ['in a folder with parentheses', 'at run (/repo/app/(shop)/p.ts:3:5)', 'app/(shop)/p.ts:3:5'],
    ['of no function there', 'at /repo/app/(shop)/p.ts:3:5', 'app/(shop)/p.ts:3:5'],
    ['in a folder with a space', 'at run (/repo/my app/p.ts:3:5)', 'my app/p.ts:3:5'],
    ['in a folder with a hash', 'at run (/repo/c#/p.ts:3:5)', 'c#/p.ts:3:5'],
    ['in a folder that begins with dots', 'at run (/repo/..app/p.ts:3:5)', '..app/p.ts:3:5'],
  ])('%s', (_, line, expected) => {
    expect(frameOf(line)).toBe(expected);
  });

  test.each([
    ['a package', 'at assert (/repo/node_modules/chai/index.js:1:1)'],
    ['a package below', 'at assert (/repo/packages/a/node_modules/chai/index.js:1:1)'],
    ['a file outside', 'at run (/elsewhere/run.ts:1:1)'],
    ['a folder whose name only begins alike', 'at run (/repository/run.ts:1:1)'],
    ['Node', 'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)'],
    ['native code', 'at Array.map (<anonymous>)'],
    ['code of eval', 'at eval (eval at <anonymous> (/repo/s.ts:9:9), <anonymous>:1:1)'],
    ['another drive', 'at run (C:\\other\\run.ts:1:1)'],
    ['a URL of another host', 'at run (file://host/share/run.ts:1:1)'],
    ['a URL that is no path', 'at run (file:///repo/a%2Fb.ts:1:1)'],
    ['a promise that was waited for', 'at async Promise.all (index 0)'],
  ])('is not that of %s', (_, line) => {
    expect(frameOf(line)).toBeNull();
    expect(frameOf(line, 'at save (/repo/s.ts:3:5)', 'at /repo/a.test.ts:1:1')).toBe('s.ts:3:5');
  });

  test('of an error without a stack is not known', () => {
    expect(detail({ message: 'no' })).toMatchObject({ stack: '', frame: null });
  });

  test('is found below a message too long to be kept', () => {
    const message = 'x'.repeat(20_000);
    const stack = `Error: ${message}\n    at save (/repo/s.ts:3:5)`;
    expect(detail({ message, stack }).frame).toBe('s.ts:3:5');
  });

  test('comes from the text that Vitest kept where the error has none', () => {
    expect(detail({ stackStr: 'Error: no\n    at /repo/a.test.ts:1:1' })).toMatchObject({
      stack: 'Error: no\n    at /repo/a.test.ts:1:1',
      frame: 'a.test.ts:1:1',
    });
  });
});

describe('the message', () => {
  test('has those of the causes, empty ones left out', () => {
    const cause = { message: '', cause: { message: 'disk full' } };
    expect(detail({ message: 'could not save', cause }).message).toBe(
      'could not save\ncaused by: disk full',
    );
  });

  test('ends with the fifth cause', () => {
    let error: SerialError = { message: 'last' };
    for (let i = 9; i >= 0; i--) error = { message: `m${i}`, cause: error };
    expect(detail(error).message.split('\ncaused by: ')).toEqual([
      'm0',
      'm1',
      'm2',
      'm3',
      'm4',
      'm5',
    ]);
  });

  test.each([
    ['of itself', 'round'],
    ['of itself, without a word', ''],
  ])('of an error that is the cause %s comes to an end', (_, message) => {
    const error: { message: string; cause?: unknown } = { message };
    error.cause = error;
    expect(detail(error).message.startsWith(message)).toBe(true);
  });

  test('and the stack are cut, saying how much is missing', () => {
    const { message, stack } = detail({ message: 'm'.repeat(4_100), stack: 's'.repeat(6_001) });
    expect(message).toBe(`${'m'.repeat(4_000)}… (100 more characters)`);
    expect(stack).toBe(`${'s'.repeat(6_000)}… (1 more characters)`);
    expect(detail({ message: 'm'.repeat(4_000) }).message).toBe('m'.repeat(4_000));
  });

  test.each([
    ['a text', 'broken', 'broken'],
    ['a number', 0, '0'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
  ])('of %s that was thrown is that in words', (_, thrown, message) => {
    expect(detail(thrown)).toEqual({ name: 'Error', message, stack: '', frame: null });
  });

  test('of an object that only looks like an error is made of what can be read', () => {
    const odd = { name: 7, message: { code: 1 }, stack: 9, cause: 'text' };
    expect(detail(odd)).toEqual({
      name: '7',
      message: '{ code: 1 }\ncaused by: text',
      stack: '9',
      frame: null,
    });
    expect(detail({})).toEqual({ name: 'Error', message: '', stack: '', frame: null });
  });
});

test.each([
  ['Test timed out in 5000ms.\nIf this is a long-running test', true],
  ['Hook timed out in 10000ms.', true],
  // Vitest 5 may say what it waited for.
  ['Test timed out in 5ms while waiting for "x".', true],
  ['request timed out in 5000ms', false],
  ['Error: Test timed out in 5000ms', false],
])('%s: a time limit of Vitest is %s', (message, expected) => {
  expect(isTimeout(plainFailure('Error', message))).toBe(expected);
});
