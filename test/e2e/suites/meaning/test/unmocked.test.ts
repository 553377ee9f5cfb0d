import { expect, test } from 'vitest';
import { forecast } from '@/weather';

test('the mock of another file is not seen', () => {
  expect(forecast()).toBe('hello you 1: 20');
});
