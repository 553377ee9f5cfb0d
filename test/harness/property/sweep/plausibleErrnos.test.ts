import { constants } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isErrno } from '../../../../harness/faults/errno.js';
import { faultPlan } from '../../../../harness/faults/plan/faultPlan.js';
import { primitiveNames } from '../../../../harness/faults/plan/operations.js';
import { plausibleErrnos } from '../../../../harness/property/sweep/plausibleErrnos.js';

test.each(primitiveNames.map((name) => [name]))(
  '%s has errnos, each of them real, once and in order',
  (name) => {
    const codes = plausibleErrnos({ name, args: [] });
    expect(codes.length).toBeGreaterThan(0);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(codes.filter((code) => !isErrno(code))).toEqual([]);
    for (const code of codes) {
      expect(() =>
        faultPlan({ seed: 1, rules: [{ on: name, effect: { kind: 'fail', code } }] }),
      ).not.toThrow();
    }
  },
);

describe('of an open', () => {
  const { O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_WRONLY } = constants;
  test.each([
    ['r', O_RDONLY, { missing: true, full: false, there: false, readOnly: false }],
    ['r+', O_RDWR, { missing: true, full: false, there: false, readOnly: true }],
    ['w', O_WRONLY | O_CREAT, { missing: false, full: true, there: false, readOnly: true }],
    [
      'wx',
      O_WRONLY | O_CREAT | O_EXCL,
      { missing: false, full: true, there: true, readOnly: true },
    ],
    ['a+', O_RDWR | O_CREAT, { missing: false, full: true, there: false, readOnly: true }],
  ])('%s meets what its flags can', (text, flags, expected) => {
    for (const given of [text, flags]) {
      const codes = plausibleErrnos({ name: 'open', args: ['/a', given] });
      expect({
        missing: codes.includes('ENOENT'),
        full: codes.includes('ENOSPC'),
        there: codes.includes('EEXIST'),
        readOnly: codes.includes('EROFS'),
      }).toEqual(expected);
    }
  });
});
