import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { groupsOf, segmentOf } from './logWorld.js';

test('the segment in FORMAT.md is what is written', () => {
  const url = new URL('../../../../src/engine/log/FORMAT.md', import.meta.url);
  const block = /^```hex segment\n([\s\S]*?)^```$/m.exec(readFileSync(url, 'utf8'))?.[1];
  const segment = segmentOf(groupsOf([['ab'], ['cde', 'f']]).pieces, { capacity: 256 });
  const lines = Array.from({ length: 16 }, (_, line) => {
    const bytes = segment.subarray(line * 16, line * 16 + 16).toString('hex');
    const address = (line * 16).toString(16).padStart(4, '0');
    return `${address}  ${bytes.match(/../g)?.join(' ')}\n`;
  });
  expect(block).toBe(lines.join(''));
});
