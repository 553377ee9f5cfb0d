import { writeBackup } from '../../../../src/engine/files/backup.js';
import { createPace } from '../../../../src/engine/files/pace.js';
import { memoryFiles } from '../../../support/memoryFiles.js';
import { storeClock } from '../../../support/storeClock.js';
import { someManifest } from './manifests.js';
import { put, someRecovery } from './updates.js';

/** What the worked examples of FORMAT.md say. */
export const exampleManifest = someManifest();

export const exampleRecovery = someRecovery({ updates: [put(0)] });

/** A backup of the two records `one` and `two`. */
export async function exampleBackup(): Promise<Uint8Array> {
  const { volume, ...platform } = memoryFiles();
  const clock = storeClock();
  const origin = { storeId: '5f1d7a40c2e94b6b', lsn: 120, lastSeq: 41, jobs: 2 };
  const source = [Buffer.from('one'), Buffer.from('two')];
  const pace = createPace(clock, 5);
  await writeBackup({ ...platform, clock }, { path: '/data/backup', origin, source, pace });
  return volume.readFileSync('/data/backup') as Buffer;
}

/** Sixteen bytes on a line: where they are, in hexadecimal, and as text. */
export function hexLines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '.'));
    lines.push(`${String(at).padStart(4)}  ${hex.padEnd(47)}  ${text.join('')}`);
  }
  return `${lines.join('\n')}\n`;
}
