import { describe, expect, test } from 'vitest';
import { explanationText } from '../../../../harness/property/crash/explanationText.js';
import { corpus } from './corpus/corpus.js';

describe('writers of known safety', () => {
  test('there are at least 25, with different names', () => {
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(25);
  });

  test.each(corpus)('$name', async ({ expected, investigate }) => {
    const { findings } = await investigate();
    expect(findings ? explanationText(findings.explanation, findings.failure) : 'safe').toBe(
      expected,
    );
  });
});
