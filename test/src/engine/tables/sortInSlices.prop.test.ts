import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { sortInSlices } from '../../../../src/engine/tables/sortInSlices.js';
import { noPace } from './tableCases.js';

test.prop([fc.array(fc.nat(20), { maxLength: 400 })])(
  'sorts as the language does, equals in their old order',
  async (values) => {
    const compare = (a: number, b: number) => values[a]! - values[b]!;
    const sorted = await sortInSlices(values.length, compare, noPace);
    expect([...sorted]).toEqual([...values.keys()].sort(compare));
  },
);
