import type { StatusTable } from './statusTable.js';

export type Handler = () => Promise<void>;

async function markActive(table: StatusTable, id: string): Promise<void> {
  const row = await table.read(id);
  await table.write(id, { status: 'active', attempts: row.attempts + 1 });
}

/** Starts the handler without waiting for the status: saves a round trip, loses the order. */
export async function processEagerly(table: StatusTable, id: string, handler: Handler) {
  void markActive(table, id);
  await handler();
  await table.write(id, { status: 'done', attempts: 1 });
}

/** Starts the handler when the status is written. */
export async function processInOrder(table: StatusTable, id: string, handler: Handler) {
  await markActive(table, id);
  await handler();
  await table.write(id, { status: 'done', attempts: 1 });
}
