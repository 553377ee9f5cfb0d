import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepJson, sameJson } from '../../../src/jobs/jsonValue.js';
import { jsonToKeep } from '../../support/jobs.js';

const cycle: { self?: unknown } = {};
cycle.self = [cycle];
let deep: unknown = 1;
for (let level = 0; level < 201; level++) deep = [deep];

const throwing = {
  get x() {
    throw new TypeError('not today');
  },
};

describe('a value that JSON cannot say is refused by its path', () => {
  test.each<[unknown, string]>([
    [undefined, 'data is undefined'],
    [{ a: undefined }, 'data.a is undefined'],
    [{ items: [0, 1, 2, { when: new Date(0) }] }, 'data.items[3].when is a Date'],
    [[() => 1], 'data[0] is a function'],
    [{ a: 1n }, 'data.a is a bigint'],
    [{ a: { b: Symbol('x') } }, 'data.a.b is a symbol'],
    [{ a: Number.NaN }, 'data.a is NaN'],
    [-Infinity, 'data is -Infinity'],
    [{ 'a b': new Map() }, 'data["a b"] is a Map'],
    [cycle, 'data.self[0] holds itself'],
    [JSON.parse('{"a":{"__proto__":1}}'), 'data.a.__proto__ can be no key'],
    [Array(2), 'data[0] is undefined'],
    [deep, 'is nested deeper than 200 levels'],
    [{ good: { x: 1 }, also: [1, { y: 2 }], bad: undefined }, 'data.bad is undefined'],
    [{ a: [throwing] }, "data.a[0].x can't be read: not today"],
    [Object.create({ inherited: 1 }), "which can't be kept"],
  ])('%#', (value, problem) => {
    expect(() => keepJson(value, 'data')).toThrow(
      expect.objectContaining({ code: 'JOB_VALUE', message: expect.stringContaining(problem) }),
    );
  });
});

test('what is kept is a frozen copy that JSON gives back', () => {
  fc.assert(
    fc.property(jsonToKeep(), (value) => {
      const kept = keepJson(value, 'data');
      expect(kept).toEqual(JSON.parse(JSON.stringify(value)));
      expect(sameJson(kept, JSON.parse(JSON.stringify(value)))).toBe(true);
      const visit = (part: unknown): void => {
        if (typeof part !== 'object' || part === null) return;
        expect(Object.isFrozen(part)).toBe(true);
        Object.values(part).forEach(visit);
      };
      visit(kept);
    }),
  );
});

test('the same object twice is no cycle', () => {
  const part = { a: 1 };
  expect(keepJson([part, part], 'data')).toEqual([part, part]);
});

test.each<[unknown, unknown]>([
  [{ a: 1 }, { a: 1, b: 1 }],
  [{ a: 1 }, { b: 1 }],
  [{ toString: 'x' }, { b: 'x' }],
  [{ constructor: {} }, { b: {} }],
  [
    [1, 2],
    [2, 1],
  ],
  [[], {}],
  [null, {}],
  [1, '1'],
  [[1], [1, 2]],
])('%j is not %j', (a, b) => {
  expect(sameJson(a as never, b as never)).toBe(false);
  expect(sameJson(b as never, a as never)).toBe(false);
});
