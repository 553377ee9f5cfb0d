import { expect, test } from 'vitest';
import { lazyObject } from '../../../harness/faults/lazyObject.js';

function aLazyObject() {
  const made: string[] = [];
  const object = lazyObject<Record<string, unknown>>(new Set(['b', 'a', 'c']), (name) => {
    made.push(name);
    return { name };
  });
  return { made, object };
}

test('makes a property at the first look at it, and once', () => {
  const { made, object } = aLazyObject();
  expect(object.a).toBe(object.a);
  expect('b' in object).toBe(true);
  expect(made).toEqual(['a']);
});

test('has its names in order, whatever was looked at first', () => {
  const { object } = aLazyObject();
  void object.c;
  object.later = 1;
  expect(Object.keys(object)).toEqual(['b', 'a', 'c', 'later']);
  expect({ ...object }).toEqual({ b: { name: 'b' }, a: { name: 'a' }, c: { name: 'c' }, later: 1 });
});

test('what was put there or deleted is not made anew', () => {
  const { object } = aLazyObject();
  object.a = 'mine';
  delete object.b;
  expect(object.a).toBe('mine');
  expect(object.b).toBeUndefined();
  expect(Object.keys(object)).toEqual(['a', 'c']);
});

test('can be frozen whole', () => {
  const { object } = aLazyObject();
  expect(Object.keys(Object.freeze(object))).toEqual(['b', 'a', 'c']);
  expect(Object.isFrozen(object)).toBe(true);
});
