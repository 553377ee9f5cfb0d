import { describe, expect, test } from 'vitest';
import { normaliseMessage } from '../../../harness/stats/normaliseMessage.js';

const plain = (message: string) => normaliseMessage(message, null);

describe('what varies is replaced', () => {
  test.each([
    ['\u001b[31mexpected\u001b[39m 1', 'expected 1'],
    ['see \u001b]8;;http://x\u0007here\u001b]8;;\u0007', 'see here'],
    ['job 3f2504e0-4f89-11d3-9a0c-0305e82c3301 lost', 'job <uuid> lost'],
    ['at 0x7ffee4c8', 'at <hex>'],
    ['commit 9fceb02d0ae598e9 not found', 'commit <hex> not found'],
    ['user 507f1f77bcf86cd799439011', 'user <hex>'],
    ['id 01ARZ3NDEKTSV4RRFFQ69G5FAV', 'id <id>'],
    ['since 2024-01-02T03:04:05.678Z', 'since <time>'],
    ['since 2024-01-02 03:04:05+01:00', 'since <time>'],
    ['on 2024-01-02', 'on <time>'],
    ['Tue Jan 02 2024 03:04:05 GMT+0000 (Coordinated Universal Time)', '<time>'],
    ['Tue, 02 Jan 2024 03:04:05 GMT is over', '<time> is over'],
    ['[12:34:56.789] late', '[<time>] late'],
    ['address already in use :::3000', 'address already in use :::<port>'],
    ['connect ECONNREFUSED 127.0.0.1:54321', 'connect ECONNREFUSED 127.0.0.1:<port>'],
    ['connect ECONNREFUSED ::1:54321', 'connect ECONNREFUSED ::1:<port>'],
    ['GET http://api.test:8080/jobs', 'GET http://api.test:<port>/jobs'],
    ['ws://[::1]:4000/', 'ws://[::1]:<port>/'],
    ['listening on port 41234', 'listening on port <port>'],
    ['process with pid: 4711 died', 'process with pid: <pid> died'],
    ['took 103ms', 'took <duration>'],
    ['took 1.25 seconds', 'took <duration>'],
    ['waited 5s', 'waited <duration>'],
    ['expected 103 to be less than 100', 'expected <n> to be less than 100'],
    ['expected 99.2 to be at least 100', 'expected <n> to be at least 100'],
    ['expected -7 to be greater than 0', 'expected <n> to be greater than 0'],
    ['expected 14 not to be within 10..20', 'expected <n> not to be within 10..20'],
    [
      'expected 1.25 to be close to 1, received difference is 0.25, but expected 0.005',
      'expected <n> to be close to 1, received difference is <n>, but expected <n>',
    ],
    ['expected 0.30000000000000004 to be 0.3', 'expected <n> to be 0.3'],
    ['order 1700000000123', 'order <n>'],
  ])('%j', (message, expected) => {
    expect(plain(message)).toBe(expected);
  });
});

describe('what a failure is about stays', () => {
  test.each([
    'expected 1 to be 2',
    'expected -1 to be 404',
    'expected 4999 to be 5000',
    'expected [ 1, 2 ] to deeply equal [ 1, 2, 3 ]',
    "Cannot read properties of undefined (reading 'x1')",
    'Test timed out in 5000ms.',
    'Hook timed out in 10000ms.',
    'sha256 of utf8',
    'convertUtf8ToBase64Url is not defined',
    'flags 0x1f',
    'ratio 3:2',
    'expected "deadbeef" to be "decade"',
    'GET /api/users/3 gave 500',
    'Vitest 4.1.12',
  ])('%s', (message) => {
    expect(plain(message)).toBe(message);
  });
});

describe('paths', () => {
  test.each([
    ["open '/tmp/jobs-Ab3dE9/jobs.json'", "open '<tmp>/jobs.json'"],
    ["open '/private/var/folders/zz/zyx1/T/x-Ab3dE9/a/jobs.json'", "open '<tmp>/jobs.json'"],
    ["open 'C:\\Users\\ann\\AppData\\Local\\Temp\\x-Ab3dE9\\jobs.json'", "open '<tmp>/jobs.json'"],
    ["rename '/tmp/a/jobs.json.tmp-4711'", "rename '<tmp>/jobs.json.tmp-<n>'"],
    ["rename '/tmp/a/jobs.json.x7f3k2a'", "rename '<tmp>/jobs.json.<id>'"],
    ["mkdir '/tmp/jobs-AbCdEf'", "mkdir '<tmp>'"],
    ["rmdir '/tmp/a/jobs-AbCdEf'", "rmdir '<tmp>'"],
    ["open '/app/tmp/x.json'", "open '<path>/x.json'"],
    ["open '/home/ann/other/x.json'", "open '<path>/x.json'"],
    ["open '/srv/app/data/x.json'", "open 'data/x.json'"],
    ["scandir '/srv/app'", "scandir '.'"],
    ["open '/srv/app2/x.json'", "open '<path>/x.json'"],
    ['at /home/ann/node_modules/dep/x.js:1:2', 'at node_modules/dep/x.js:1:2'],
    ["Cannot find module 'D:\\w\\lib\\x.ts'", "Cannot find module '<path>/x.ts'"],
  ])('%s reads %s', (message, expected) => {
    expect(normaliseMessage(message, '/srv/app')).toBe(expected);
  });

  test('a root in the temporary folder is a root all the same', () => {
    expect(normaliseMessage("open '/tmp/ci-1/data/x.json'", '/tmp/ci-1')).toBe(
      "open 'data/x.json'",
    );
  });

  test.each(['/', '', 'C:/'])('%j is no root to cut off', (root) => {
    expect(normaliseMessage('GET /api/users', root)).toBe('GET /api/users');
  });
});

describe('length', () => {
  test('two lines with something in them make one', () => {
    expect(plain('expected spy to be called\r\n\n  Received:\n  1st call')).toBe(
      'expected spy to be called | Received:',
    );
  });

  test('at most 240 characters are kept, and no half of one', () => {
    const short = plain(`${'x'.repeat(238)}😀 and so on`);
    expect(short).toBe(`${'x'.repeat(238)}…`);
    expect(plain('ab '.repeat(1000)).length).toBe(240);
  });

  test.each(['a', '1', 'a1', ' ', '/', '/tmp/', ':', '(', 'expected ', '\u001b[', '0x', '1.'])(
    'megabytes of %j take no time to speak of',
    (unit) => {
      const message = unit.repeat(2_000_000 / unit.length);
      expect(plain(message).length).toBeLessThanOrEqual(240);
    },
    2000,
  );
});
