import { openSync, rmSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Addon } from '../../../harness/forkserver/addon.js';
import { drawFrom } from './draw.js';
import { type Writing, write } from './writing.js';

/**
 * A process that has loaded all that a writer needs, has written for a while, and from then on makes
 * copies of itself that write: node writerTemplate.js ADDON SOCKET SCRATCH, with requests on
 * descriptor 3.
 */
const [addonPath, socketPath, scratch] = process.argv.slice(2) as [string, string, string];
const control = 3;

const module: { exports: unknown } = { exports: {} };
process.dlopen(module, addonPath);
// Our own binary: its exports are what zygote.cc registers.
const addon = module.exports as Addon;
if (!addon.takeOver()) throw new Error('this Node is built in an unknown way');

const dir = join(scratch, 'warm');
const store = await write({ dir, name: 'warm', seed: 7, most: 60 }, () => undefined);
await store?.close();
rmSync(dir, { recursive: true, force: true });
// What is closed is gone some turns later.
for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));

// A number for each child's own connection to stand under.
const channel = openSync('/dev/null', 'r+');
writeSync(control, '{"type":"ready"}\n');
const writing = JSON.parse(addon.serve(control, channel, socketPath)) as Writing;

// From here on in a child.
Object.defineProperty(process, 'pid', { value: addon.processId(), enumerable: true });
const draw = drawFrom(process.pid);
// Copies would all wait the same random times.
Math.random = () => draw(2 ** 30) / 2 ** 30;
// A guest alone would end when it has nothing to do.
setInterval(() => undefined, 2 ** 30);
await write(writing, (line) => say(`${line}\n`));

/** Straight to the socket, which may have no room for a moment. */
function say(line: string): void {
  const bytes = Buffer.from(line);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(channel, bytes, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).errno !== -constants.errno.EAGAIN) throw error;
    }
  }
}
