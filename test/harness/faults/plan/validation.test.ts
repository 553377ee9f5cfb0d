import { describe, expect, test } from 'vitest';
import {
  crash,
  delay,
  diskFull,
  fail,
  loseSync,
  shorten,
  tear,
} from '../../../../harness/faults/plan/effects.js';
import { type FaultRule, faultPlan } from '../../../../harness/faults/plan/faultPlan.js';
import { operationNames } from '../../../../harness/faults/plan/operations.js';

const effect = fail('EBUSY');
const bad = (value: unknown): never => value as never;

function refusal(...rules: FaultRule[]): string {
  try {
    faultPlan({ seed: 1, rules });
    return 'accepted';
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return `${code}: ${message} (${hint})`;
  }
}

describe('a rule is refused at the place of the mistake', () => {
  test.each<[FaultRule, string]>([
    [{ on: bad('renam'), effect }, "FAULTS_OPERATION: no file system operation is called 'renam'"],
    [{ on: bad('renam'), effect }, 'perhaps rename'],
    [{ on: bad('writeFileSync'), effect }, "(use 'writeFile'"],
    [{ on: [], effect }, 'FAULTS_OPERATION: a fault needs an operation'],
    [{ on: ['rename', bad('moveFile')], effect }, "called 'moveFile'"],
    [{ on: '*', effect: fail('EBUZY') }, 'no error code EBUZY (use one of its own, perhaps EBUSY'],
    [{ on: 'write', effect: tear(1, 'nope') }, 'FAULTS_ERRNO'],
    [{ on: 'rename', nth: -1, effect }, 'FAULTS_VALUE: nth of a fault cannot be -1'],
    [{ on: 'rename', nth: 0, effect }, 'nth of a fault cannot be 0'],
    [{ on: 'rename', nth: 1.5, effect }, 'nth of a fault cannot be 1.5'],
    [{ on: 'rename', times: 0, effect }, 'times of a fault cannot be 0'],
    [{ on: 'rename', probability: 1.1, effect }, 'probability of a fault cannot be 1.1'],
    [{ on: 'rename', probability: Number.NaN, effect }, 'probability of a fault cannot be NaN'],
    [{ on: 'rename', afterBytes: -1, effect }, 'afterBytes of a fault cannot be -1'],
    [{ on: '*', effect: delay(-1) }, 'ms of a fault cannot be -1'],
    [{ on: '*', effect: delay(Number.POSITIVE_INFINITY) }, 'ms of a fault cannot be Infinity'],
    [{ on: 'write', effect: shorten(0) }, 'bytes of a fault cannot be 0'],
    [{ on: 'write', effect: tear(-1) }, 'bytes of a fault cannot be -1'],
    [{ on: '*', effect: diskFull(-1) }, 'bytes of a fault cannot be -1'],
    [{ on: 'rename', effect: shorten(1) }, 'FAULTS_EFFECT: shorten cannot happen to rename'],
    [{ on: ['read', 'rename'], effect: shorten(1) }, 'shorten cannot happen to rename'],
    [{ on: 'write', effect: loseSync() }, 'loseSync cannot happen to write'],
    [{ on: 'readFile', effect: tear(1) }, 'tear cannot happen to readFile'],
    [{ on: 'rename', nth: 2, probability: 0.5, effect }, 'FAULTS_CONTRADICTION'],
    [{ on: 'rename', probability: 0, effect }, 'with probability 0 it never fires'],
    [{ on: '*', nth: 1, effect: diskFull(1) }, 'a disk that is full stays full'],
    [{ on: '*', times: 2, effect: crash() }, 'the world stops only once'],
    [{ on: '*', path: '', effect }, "FAULTS_GLOB: the glob '' can match nothing: it is empty"],
    [
      { on: '*', path: 'jobs.json', effect },
      "it is relative, paths are matched as absolute ones (write '**/jobs.json')",
    ],
    [{ on: '*', path: './a/b', effect }, "write '**/a/b'"],
    [{ on: '*', path: '*.json', effect }, "write '**/*.json'"],
    [{ on: '*', path: '/a/../b', effect }, 'without . and ..'],
    [{ on: '*', path: '/a/', effect }, "write '/a' or '/a/**'"],
    [{ on: '*', path: '/a//b', effect }, "write '/a/b'"],
    [{ on: '*', path: '/a/[z-a]', effect }, 'brackets cannot be read'],
  ])('%j: %s', (rule, expected) => {
    expect(refusal(rule)).toContain(expected);
  });
});

describe('a rule that can never fire beside an earlier one is refused', () => {
  const rename: FaultRule = { on: 'rename', effect };
  const narrow: FaultRule = { on: 'rename', path: '/a/**', effect: fail('EIO') };

  test.each<[string, FaultRule[], boolean]>([
    ['the same operation', [rename, { on: 'rename', effect: fail('EIO') }], false],
    ['a narrower path', [rename, narrow], false],
    ['a narrower path first', [narrow, rename], true],
    ['one of several operations', [{ on: ['link', 'rename'], effect }, rename], false],
    ['more operations than the earlier', [rename, { on: ['link', 'rename'], effect }], true],
    [
      'everything',
      [
        { on: '*', effect },
        { on: 'write', effect: tear(3) },
      ],
      false,
    ],
    [
      'another primitive of the same call',
      [
        { on: 'writeFile', effect: fail('EACCES') },
        { on: 'writeFile', effect: fail('EIO') },
      ],
      true,
    ],
    [
      'the same primitive of the same call',
      [
        { on: 'writeFile', effect: fail('EACCES') },
        { on: 'writeFile', effect: fail('EPERM') },
      ],
      false,
    ],
    [
      'a part of what the earlier takes',
      [
        { on: 'open', effect },
        { on: 'writeFile', effect: fail('EACCES') },
      ],
      false,
    ],
    ['after an earlier that is limited', [{ on: 'rename', nth: 1, effect }, rename], true],
    [
      'within the window of an earlier',
      [
        { on: 'rename', times: 3, effect },
        { on: 'rename', nth: 2, effect },
      ],
      false,
    ],
    [
      'within the window of one that counts other operations, too',
      [
        { on: ['link', 'rename'], times: 3, effect },
        { on: 'rename', nth: 2, effect },
      ],
      true,
    ],
    [
      'beyond the window of an earlier',
      [
        { on: 'rename', times: 3, effect },
        { on: 'rename', nth: 4, effect },
      ],
      true,
    ],
    ['after an earlier that draws', [{ on: 'rename', probability: 0.5, effect }, rename], true],
    ['a delay, which comes first anyway', [rename, { on: 'rename', effect: delay(1) }], true],
    ['after a delay', [{ on: 'rename', effect: delay(1) }, rename], true],
    ['after the world has stopped', [{ on: '*', effect: crash() }, rename], false],
  ])('%s', (_what, rules, isAccepted) => {
    const told = refusal(...rules);
    if (isAccepted) expect(told).toBe('accepted');
    else expect(told).toMatch(/^FAULTS_CONTRADICTION: .* can never fire: .* takes every match/);
  });
});

test('every operation may be named', () => {
  expect(operationNames).toContain('rename');
  expect(operationNames).toContain('writeFile');
  for (const on of operationNames) expect(refusal({ on, effect })).toBe('accepted');
});

test('a plan is frozen, and a copy of what was given', () => {
  const on: ['rename'] = ['rename'];
  const plan = faultPlan({ seed: 1, rules: [{ on, effect }] });
  on.pop();
  expect(plan.rules[0]?.on).toEqual(['rename']);
  expect(Object.isFrozen(plan) && Object.isFrozen(plan.rules[0]?.effect)).toBe(true);
});
