import { writeSync } from 'node:fs';
import { write } from './writing.js';

/** Writes to a store until it is killed: node writer.js DIR NAME SEED MOST */
const [dir, name, seed, most] = process.argv.slice(2) as [string, string, string, string];

// Nobody outlives the one who wanted it.
process.stdin.on('end', () => process.exit(3)).resume();

// Straight to the pipe: what was said before the kill has been said.
await write({ dir, name, seed: Number(seed), most: Number(most) }, (line) => {
  writeSync(1, `${line}\n`);
});
