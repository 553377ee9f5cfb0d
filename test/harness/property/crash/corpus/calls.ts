import { crc32 } from 'node:zlib';
import type { CrashWorld, Seen } from '../../../../../harness/property/index.js';

type FileSystem = CrashWorld['fs'];

/** Writes a whole file and syncs it, unless told not to. */
export function put(
  fs: FileSystem,
  path: string,
  how: { text: string; flags?: string; sync?: boolean },
): void {
  const fd = fs.openSync(path, how.flags ?? 'w');
  fs.writeSync(fd, how.text);
  if (how.sync ?? true) fs.fsyncSync(fd);
  fs.closeSync(fd);
}

export function syncDir(fs: FileSystem, path: string): void {
  const fd = fs.openSync(path, 'r');
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}

/** The file's text, or undefined where there is none. */
export function textOf(fs: FileSystem, path: string): string | undefined {
  return fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined;
}

/** A payload with its checksum, as one line. */
export function sealed(payload: string): string {
  return `${crc32(payload).toString(16).padStart(8, '0')} ${payload}\n`;
}

/** The payloads of sealed lines, up to the first that is damaged. */
export function unsealed(text: string): string[] {
  const payloads: string[] = [];
  for (const line of text.split('\n')) {
    const payload = line.slice(9);
    if (sealed(payload) !== `${line}\n`) break;
    payloads.push(payload);
  }
  return payloads;
}

/** Everything acknowledged is there, in order, and nothing that was never begun. */
export const keepsPromises = {
  'acknowledged entries survive': ({ state, acknowledged }: Seen<readonly string[]>) =>
    acknowledged.every(({ label }) => state.includes(label)) ||
    `have ${JSON.stringify(state)}, promised ${acknowledged.map(({ label }) => label)}`,
  'entries were begun': ({ state, started }: Seen<readonly string[]>) =>
    state.every((entry) => started.some(({ label }) => label === entry)) ||
    `have ${JSON.stringify(state)}`,
};
