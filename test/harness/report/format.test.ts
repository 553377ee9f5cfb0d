import { describe, expect, test } from 'vitest';
import {
  chosenPercent,
  counted,
  duration,
  interval,
  percent,
  speed,
} from '../../../harness/report/format.js';

describe('numbers in reports', () => {
  test.each([
    [0, '0 %'],
    [1e-9, '<0.1 %'],
    [0.00049, '<0.1 %'],
    [0.0005, '0.1 %'],
    [0.009969, '1.0 %'],
    [0.13911, '13.9 %'],
    [0.9994, '99.9 %'],
    [0.9996, '>99.9 %'],
    [1, '100 %'],
  ])('a rate of %d reads %s', (ratio, said) => {
    expect(percent(ratio)).toBe(said);
  });

  test.each([
    [0.01, '1 %'],
    [0.95, '95 %'],
    [0.999, '99.9 %'],
    [0.00001, '0.001 %'],
  ])('a chosen rate of %d keeps its own digits: %s', (ratio, said) => {
    expect(chosenPercent(ratio)).toBe(said);
  });

  test.each([
    [0, '0 ms'],
    [999.6, '1.0 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_600, '1 h'],
    [3_780_000, '1 h 3 min'],
    [360_000_000, '100 h'],
  ])('%d ms reads %s', (ms, said) => {
    expect(duration(ms)).toBe(said);
  });

  test('an exact bound has one side, a score interval two', () => {
    const bounds = (low: number, high: number, method: 'exact' | 'wilson') =>
      interval({ low, high, method, confidence: 0.95 });
    expect(bounds(0, 0.139, 'exact')).toBe('at most 13.9 %');
    expect(bounds(0.861, 1, 'exact')).toBe('at least 86.1 %');
    expect(bounds(0.133, 0.239, 'wilson')).toBe('13.3 % to 23.9 %');
  });

  test('counts are grouped and agree with their noun', () => {
    expect(counted(1, 'run')).toBe('1 run');
    expect(counted(8240, 'attempt')).toBe('8,240 attempts');
    expect(counted(2, 'more run', 'more runs')).toBe('2 more runs');
  });

  test('slow speeds keep a decimal', () => {
    expect(speed(2.44)).toBe('2.4/s');
    expect(speed(669.9)).toBe('670/s');
  });
});
