import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../../harness/stats/signature.js';
import { failure } from './builders.js';

const keyOf = (message: string, root: string | null = null) =>
  signatureOf(failure({ message }), root).key;

test('a key is twelve hex digits, the same on every machine', () => {
  expect(signatureOf(failure()).key).toBe('8d06a9f411d2');
});

test('the frame tells two failures with one message apart', () => {
  const here = signatureOf(failure({ frame: 'test/a.test.ts:3:5' }));
  const there = signatureOf(failure({ frame: 'test/a.test.ts:9:5' }));
  expect(here.message).toBe(there.message);
  expect(here.key).not.toBe(there.key);
});

test.each([
  ['TypeError', 'x is not a function', 'TypeError: x is not a function'],
  ['AssertionError', 'expected 1 to be 2', 'expected 1 to be 2'],
  ['Error', 'boom', 'boom'],
  ['', 'boom', 'boom'],
  ['TimeoutError', 'TimeoutError: too slow', 'TimeoutError: too slow'],
  ['RangeError', '', 'RangeError: no message'],
  ['Error', ' \n ', 'no message'],
])('%s with message %j reads %j', (name, message, expected) => {
  expect(signatureOf(failure({ name, message })).message).toBe(expected);
});

describe('frames are free of the machine', () => {
  test.each([
    ['/home/ann/app/test/a.test.ts:3:5', '/home/ann/app', 'test/a.test.ts:3:5'],
    ['file:///home/ann/app/test/a.test.ts:3:5', '/home/ann/app/', 'test/a.test.ts:3:5'],
    ['C:\\ci\\app\\test\\a.test.ts:3:5', 'C:\\ci\\app', 'test/a.test.ts:3:5'],
    ['file:///C:/ci/app/test/a.test.ts:3:5', 'C:/ci/app', 'test/a.test.ts:3:5'],
    ['test/a.test.ts?v=1700000000:3:5', null, 'test/a.test.ts:3:5'],
    ['test/a.test.ts:3:5', null, 'test/a.test.ts:3:5'],
    ['/home/ann/node_modules/dep/lib/x.js:1:2', '/srv/app', 'node_modules/dep/lib/x.js:1:2'],
  ])('%s below %s is %s', (frame, root, expected) => {
    expect(signatureOf(failure({ frame }), root).frame).toBe(expected);
  });

  test('none stays none', () => {
    expect(signatureOf(failure({ frame: null })).frame).toBeNull();
  });
});

test('two machines with other roots agree', () => {
  const message = (root: string) => `ENOENT: no such file, open '${root}/data/jobs.json'`;
  expect(keyOf(message('/home/ann/app'), '/home/ann/app')).toBe(keyOf(message('/b/2'), '/b/2'));
});

test('two runs of one failure agree in everything that varies', () => {
  const once =
    "EBUSY: rename '/tmp/jobs-Ab3dE9/jobs.json.tmp-4711' after 103ms, pid 4711, http://localhost:49153/";
  const again =
    "EBUSY: rename '/tmp/jobs-zZ0pQr/jobs.json.tmp-932' after 98.25ms, pid 932, http://localhost:32769/";
  expect(keyOf(once)).toBe(keyOf(again));
});
