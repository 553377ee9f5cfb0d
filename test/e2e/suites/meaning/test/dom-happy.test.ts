// @vitest-environment happy-dom
import { expect, test } from 'vitest';

test('has a document of its own', () => {
  expect(document.body.children).toHaveLength(0);
  document.body.innerHTML = '<p class="x">text</p>';
  expect(document.querySelector('.x')?.textContent).toBe('text');
});

test('is happy-dom', () => {
  expect('happyDOM' in window).toBe(true);
});
