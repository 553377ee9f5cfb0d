import { expect, test } from 'vitest';
import { huntId } from '../../../harness/cli/huntId.js';

test('ids sort by time and name a file', () => {
  const ids = [
    '2026-01-02T03:04:05.678Z',
    '2026-01-02T03:04:05.679Z',
    '2026-11-01T00:00:00.000Z',
  ].map((at) => huntId(new Date(at), 'ffffff'));
  expect([...ids].sort()).toEqual(ids);
  expect(ids[0]).toBe('20260102T030405678Z-ffffff');
});
