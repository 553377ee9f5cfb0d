import { expect, test } from 'vitest';

test('before', () => {
  expect(1).toBe(1);
});

test('bad', async () => {
  const line = `${'x'.repeat(1023)}\n`.repeat(1024);
  for (let megabytes = 0; megabytes < 30; megabytes += 1) process.stdout.write(line);
});

test('after', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60));
});
