import { setTimeout } from 'node:timers/promises';
import { dir } from 'tmp-promise';
import { expect, test, vi } from 'vitest';
import { checkout } from './checkout.js';

test.concurrent('tells every customer of a batch', async ({ onTestFinished }) => {
  const notify = vi.fn<(email: string) => void>();
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());

  for (const name of ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy', 'jon']) {
    const email = `${name}@example.org`;
    await checkout(folder.path, { email, items: ['ink', 'pen', 'pad'] }, notify);
    expect(notify).toHaveBeenLastCalledWith(email);
  }
});

test.concurrent('tells the customer once the card is charged', async ({ onTestFinished }) => {
  const notify = vi.fn<(email: string) => void>();
  const folder = await dir({ unsafeCleanup: true });
  onTestFinished(() => folder.cleanup());
  const chargeCard = () => setTimeout(5);

  await chargeCard();
  await checkout(folder.path, { email: 'zoe@example.org', items: [] }, notify);
  expect(notify).toHaveBeenLastCalledWith('zoe@example.org');
});
