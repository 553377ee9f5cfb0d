import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeCrc32 } from '../../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import { openStore } from '../../../src/openStore.js';
import type { Platform } from '../../../src/ports/platform.js';
import { fakeChannels } from '../../support/fakeChannels.js';
import { fakeProcesses } from '../../support/fakeProcesses.js';
import { countingRandom, memoryFiles } from '../../support/memoryFiles.js';
import { storeClock } from '../../support/storeClock.js';

const format = readFileSync(new URL('../../../src/engine/FORMAT.md', import.meta.url), 'utf8');

/** Makes the store of the worked example. */
async function exampleStore(): Promise<ReadonlyMap<string, Buffer>> {
  const { volume } = memoryFiles();
  const clock = storeClock(1_000);
  const platform: Platform = {
    files: nodeFiles(volume as never),
    clock,
    random: countingRandom(),
    processes: fakeProcesses().of(7),
    channels: fakeChannels(),
    crc32: nodeCrc32,
  };
  const store = await clock.drive(
    openStore('/data/store', {
      platform,
      mode: 'exclusive',
      log: { segmentBytes: 4096, commit: 'now' },
    }),
  );
  const say = <T>(answer: Promise<T>): Promise<T> => clock.drive(answer);
  await say(store.create({ id: 'a', type: 'run', data: { n: 1 } }));
  await say(store.appendLog('a', { message: 'hi' }));
  await say(store.checkpoint());
  await say(store.transition('a', 'active'));
  await say(store.close());
  const names = (volume.readdirSync('/data/store') as string[]).sort();
  return new Map(names.map((name) => [name, volume.readFileSync(`/data/store/${name}`) as Buffer]));
}

/** Bytes as FORMAT.md shows them: text as it is, else lines of 16 without those that are zeros. */
function shown(name: string, bytes: Buffer): string {
  if (/^(manifest|lock)-/.test(name)) return bytes.toString('utf8');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const isTold = row.some((byte) => byte !== 0) || at + 16 >= bytes.length;
    const hex = row.toString('hex').match(/../g)?.join(' ');
    if (isTold) lines.push(`${at.toString(16).padStart(4, '0')}  ${hex}\n`);
  }
  return lines.join('');
}

test('the store in FORMAT.md is what is written, byte for byte', async () => {
  const written = await exampleStore();
  const blocks = [...format.matchAll(/^```(?:hex|json|text) (\S+)\n([\s\S]*?)^```$/gm)];
  const documented = Object.fromEntries(blocks.map(([, name, text]) => [name, text]));
  const actual = Object.fromEntries(
    [...written].map(([name, bytes]) => [name, shown(name, bytes)]),
  );
  expect(documented).toEqual(actual);
});
