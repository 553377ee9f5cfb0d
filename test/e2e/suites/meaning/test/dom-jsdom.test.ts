// @vitest-environment jsdom
import { expect, test } from 'vitest';

test('has a document of its own', () => {
  expect(document.body.children).toHaveLength(0);
  document.body.innerHTML = '<p class="x">text</p>';
  expect(document.querySelector('.x')?.textContent).toBe('text');
});

test('is jsdom', () => {
  expect(navigator.userAgent).toContain('jsdom');
});

test('dispatches events', () => {
  let clicks = 0;
  const button = document.createElement('button');
  button.addEventListener('click', () => {
    clicks += 1;
  });
  button.click();
  expect(clicks).toBe(1);
});
