import { access } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Sends a mail in about a millisecond, unless the customer's opt-out lies at `optOut`. */
export async function sendMail(optOut: string): Promise<void> {
  if (await exists(optOut)) return;
  await setTimeout(1);
}
