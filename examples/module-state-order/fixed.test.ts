import { beforeEach, describe, expect, test } from 'vitest';
import { price, setCurrency } from './price.js';

describe.shuffle('price', () => {
  beforeEach(() => setCurrency('EUR'));

  test('is in euros unless told otherwise', () => {
    expect(price(1250)).toBe('12.50 €');
  });

  test('shows two digits in euros', () => {
    setCurrency('EUR');
    expect(price(5)).toBe('0.05 €');
  });

  test('can be in dollars', () => {
    setCurrency('USD');
    expect(price(1250)).toBe('12.50 $');
  });
});
