import { readFile, writeFile } from 'node:fs/promises';

/** Stores a text and gives back what the disk then holds. */
export async function storeDraft(path: string, text: string): Promise<string> {
  await writeFile(path, text);
  return readFile(path, 'utf8');
}
