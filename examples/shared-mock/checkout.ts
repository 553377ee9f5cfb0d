import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Order {
  readonly email: string;
  readonly items: readonly string[];
}

/** Packs each item, tells the customer, then enters the order in the journal. */
export async function checkout(
  folder: string,
  order: Order,
  notify: (email: string) => void,
): Promise<void> {
  for (const item of order.items) {
    await writeFile(join(folder, `${order.email}-${item}.txt`), item);
  }
  notify(order.email);
  await appendFile(join(folder, 'journal.txt'), `${order.email}\n`);
}
