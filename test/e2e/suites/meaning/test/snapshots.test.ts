import { expect, test } from 'vitest';

test('kept', () => {
  expect({ a: 1 }).toMatchSnapshot();
});

test('differs', () => {
  expect({ a: 2 }).toMatchSnapshot();
});

test('missing', () => {
  expect({ fresh: true }).toMatchSnapshot();
});

test('inline', () => {
  expect('text').toMatchInlineSnapshot(`"text"`);
});

test('inline missing', () => {
  expect('text').toMatchInlineSnapshot();
});

test('in a file', async () => {
  await expect('content\n').toMatchFileSnapshot('./__snapshots__/content.txt');
});

test('in a missing file', async () => {
  await expect('content\n').toMatchFileSnapshot('./__snapshots__/missing.txt');
});
