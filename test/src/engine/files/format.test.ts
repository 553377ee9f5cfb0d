import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { encodeManifest } from '../../../../src/engine/files/manifest.js';
import { sealJson } from '../../../../src/engine/files/sealedJson.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { exampleBackup, exampleManifest, exampleRecovery, hexLines } from './examples.js';

const format = readFileSync(
  new URL('../../../../src/engine/files/FORMAT.md', import.meta.url),
  'utf8',
);

/** What FORMAT.md has in the block of that name. */
function block(name: string): string {
  const found = new RegExp(`^\`\`\`\\w+ ${name}\n([^]*?)^\`\`\`$`, 'm').exec(format);
  return found?.[1] ?? '';
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

test('the manifest in FORMAT.md is what is written', () => {
  expect(block('manifest')).toBe(textOf(encodeManifest(exampleManifest, nodeCrc32)));
});

test('the recovery file in FORMAT.md is what is written', () => {
  expect(block('recovery')).toBe(textOf(sealJson('store recovery', exampleRecovery, nodeCrc32)));
});

test('the backup in FORMAT.md is what is written', async () => {
  expect(block('backup')).toBe(hexLines(await exampleBackup()));
});
