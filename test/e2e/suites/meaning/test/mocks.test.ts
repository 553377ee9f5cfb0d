import { greet } from 'greeter';
import { afterEach, expect, test, vi } from 'vitest';
import { forecast, temperature } from '@/weather';

vi.mock('greeter', () => ({ greet: vi.fn(() => 'mocked') }));
vi.mock('@/weather', async (original) => {
  const real = await original<typeof import('../src/weather.js')>();
  return { ...real, temperature: vi.fn(() => 30) };
});

afterEach(() => {
  vi.clearAllMocks();
});

test('a package is mocked', () => {
  expect(greet('me')).toBe('mocked');
  expect(greet).toHaveBeenCalledTimes(1);
});

test('a module of the suite is mocked in part', () => {
  expect(temperature()).toBe(30);
  expect(forecast()).toBe('mocked: 20');
});

test('mocks were cleared', () => {
  expect(greet).not.toHaveBeenCalled();
});
