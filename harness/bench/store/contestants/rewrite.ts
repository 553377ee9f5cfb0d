import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Contestant } from '../race.js';
import { recordOf } from '../record.js';

/** What many programs do: all jobs in one JSON file, written anew beside it, synced and renamed. */
export function createRewrite(path: string, jobs: number): Contestant {
  const all = Array.from({ length: jobs }, (_, n) => recordOf(n, 1));
  let version = 1;
  const save = (): void => {
    const n = version % jobs;
    all[n] = recordOf(n, ++version);
    const bytes = Buffer.from(JSON.stringify(all));
    const file = openSync(`${path}.tmp`, 'w');
    let at = 0;
    while (at < bytes.length) at += writeSync(file, bytes, at);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${path}.tmp`, path);
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
  };
  return {
    name: `file of ${jobs} jobs`,
    turn(units) {
      for (let unit = 0; unit < units; unit++) save();
    },
    close: () => undefined,
  };
}
