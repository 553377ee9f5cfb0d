import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeqNumbers, SeqPages, SeqSet } from '../../../../src/engine/state/seqPages.js';

const aSeq = fc.oneof(
  fc.integer({ min: 1, max: 600 }),
  fc.integer({ min: 2 ** 31 - 300, max: 2 ** 31 + 300 }),
  fc.integer({ min: 2 ** 48 - 300, max: 2 ** 48 - 1 }),
);

test('values by seq are those of a map', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(aSeq, fc.option(fc.nat()))), (steps) => {
      const pages = new SeqPages<number>();
      const map = new Map<number, number>();
      for (const [seq, value] of steps) {
        if (value === null) {
          pages.delete(seq);
          map.delete(seq);
        } else {
          pages.set(seq, value);
          map.set(seq, value);
        }
        for (const [known] of steps) expect(pages.get(known)).toBe(map.get(known));
      }
    }),
  );
});

test('numbers by seq are those of a map', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(aSeq, fc.nat())), aSeq, (steps, other) => {
      const numbers = new SeqNumbers();
      const map = new Map<number, number>();
      for (const [seq, value] of steps) {
        numbers.set(seq, value);
        map.set(seq, value);
        expect(numbers.get(other)).toBe(map.get(other) ?? -1);
        expect(numbers.get(seq)).toBe(value);
      }
    }),
  );
});

test('a set is walked in order from either end, from any place', () => {
  fc.assert(
    fc.property(fc.array(aSeq), fc.boolean(), fc.option(aSeq), (seqs, newest, after) => {
      const set = new SeqSet();
      for (const seq of seqs) set.add(seq);
      const sorted = [...new Set(seqs)].sort((a, b) => (newest ? b - a : a - b));
      const beyond = sorted.filter((seq) => after === null || (newest ? seq < after : seq > after));
      expect([...set.walk(newest, after ?? undefined)]).toEqual(beyond);
      expect(set.size).toBe(sorted.length);
      for (const seq of [...seqs, after ?? 1]) expect(set.has(seq)).toBe(sorted.includes(seq));
    }),
  );
});
