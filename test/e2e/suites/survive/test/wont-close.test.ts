import { createServer } from 'node:net';
import { expect, test } from 'vitest';

test('leaves a server and an interval', async () => {
  setInterval(() => {}, 1_000);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(server.listening).toBe(true);
});
