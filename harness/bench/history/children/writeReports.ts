/** Writes the reports of some hunts as files, as a program without a store would keep them. */
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findHunt, reportOfHunt } from '../../../history/huntReader.js';
import { NameBook } from '../../../history/names.js';
import { openHistory } from '../../../history/openHistory.js';
import { answer, given } from '../../store/children/answer.js';
import { idOf } from '../carryOut.js';

/** Hunts before `end` become files; the last `written` of them are written, the others are links to those. */
export interface Writing {
  readonly root: string;
  readonly folder: string;
  readonly end: number;
  readonly written: number;
}

answer(async () => {
  const { root, folder, end, written } = given<Writing>();
  const store = await openHistory(root, 'read');
  if (store === null) throw new Error(`no hunts are kept under ${root}`);
  await mkdir(folder, { recursive: true });
  const pathOf = (hunt: number): string => join(folder, `${idOf(hunt)}.json`);
  const names = await NameBook.open(store);
  const first = Math.max(0, end - written);
  let bytes = 0;
  for (let hunt = first; hunt < end; hunt++) {
    const found = await findHunt(store, idOf(hunt));
    if (found === null) throw new Error(`hunt ${hunt} is gone`);
    const text = JSON.stringify(await reportOfHunt(store, found, names));
    bytes += text.length;
    await writeFile(pathOf(hunt), text);
  }
  for (let hunt = 0; hunt < first; hunt++) {
    await link(pathOf(first + (hunt % (end - first))), pathOf(hunt));
  }
  await store.close();
  return { bytesEach: bytes / (end - first) };
});
