import { writeSync } from 'node:fs';
import { openStore } from '../../../src/openStore.js';

/** Holds a store until its input ends: node holder.js DIR. Says so once it has it open. */
const [dir] = process.argv.slice(2) as [string];
const store = await openStore(dir);
writeSync(1, `${(await store.health()).role}\n`);
process.stdin.resume().once('end', () => void store.close());
