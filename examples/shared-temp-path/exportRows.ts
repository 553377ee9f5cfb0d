import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes one JSON file per row into `folder`, which is made when missing. */
export async function exportRows(
  folder: string,
  rows: readonly { readonly id: string }[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const row of rows) {
    await writeFile(join(folder, `${row.id}.json`), JSON.stringify(row));
  }
}
