import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeFile, writeFileSync as writeSync } from 'atomically';
import Conf from 'conf';
import { TextFileSync } from 'lowdb/node';
import { Writer } from 'steno';
import writeFileAtomic from 'write-file-atomic';

// Mounted and small: what is saved below has no room there.
const disk = process.argv[2];
const text = 'x'.repeat(30_000);

const savers = {
  'write-file-atomic': (path) => writeFileAtomic(path, text),
  'write-file-atomic, sync': (path) => writeFileAtomic.sync(path, text),
  atomically: (path) => writeFile(path, text),
  'atomically, sync': (path) => writeSync(path, text),
  steno: (path) => new Writer(path).write(text),
  'lowdb, sync': (path) => new TextFileSync(path).write(text),
  conf: (path) =>
    new Conf({
      cwd: dirname(path),
      configName: 'file',
      fileExtension: '',
      serialize: () => text,
      deserialize: (old) => ({ old }),
    }).clear(),
};

const verdicts = {};
for (const [name, save] of Object.entries(savers)) {
  const dir = mkdtempSync(join(disk, 'dir-'));
  const path = join(dir, 'file');
  writeFileSync(path, 'old');
  const said = await Promise.resolve(path)
    .then(save)
    .then(
      () => 'resolved',
      ({ code }) => code,
    );
  const now = readFileSync(path, 'utf8');
  const version = now === 'old' ? 'old' : now === text ? 'new' : 'torn';
  verdicts[name] = `${said}, ${version}`;
  rmSync(dir, { recursive: true });
}
process.stdout.write(JSON.stringify(verdicts));
