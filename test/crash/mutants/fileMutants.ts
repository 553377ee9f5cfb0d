import { type Mutant, tests as t } from './mutant.js';

const replace = 'src/engine/files/replaceFile.ts';
const keeper = 'src/engine/files/manifestKeeper.ts';
const frames = 'src/engine/files/backupFrames.ts';
const output = 'src/engine/tables/tableOutput.ts';

/** How single files are written and read, broken: manifest, tables, backups, recovery files. */
export const fileMutants: readonly Mutant[] = [
  {
    name: 'a replaced file is not synced',
    file: replace,
    find: '      await file.sync();\n',
    replace: '',
    killedBy: [t.replaceFile],
  },
  {
    name: 'a replaced file is synced before it is written',
    file: replace,
    find: '      await fill(file);\n      await file.sync();\n',
    replace: '      await file.sync();\n      await fill(file);\n',
    killedBy: [t.replaceFile],
  },
  {
    name: 'a replaced file’s new name is not synced',
    file: replace,
    find: '  await files.syncFolder(folder);\n',
    replace: '',
    killedBy: [t.replaceFile],
  },
  {
    name: 'a file replaces the old one before it is judged',
    file: replace,
    find: `    await verify?.(temporary);
    await files.rename(temporary, files.join(folder, name));
`,
    replace: `    await files.rename(temporary, files.join(folder, name));
    await verify?.(files.join(folder, name));
`,
    killedBy: [t.replaceFile],
  },
  {
    name: 'a backup replaces the older one without being read back',
    file: 'src/engine/files/backup.ts',
    find: '        if (found.bytes === written.size && found.seal === written.seal) return;\n',
    replace: '        if (found.bytes >= 0) return;\n',
    killedBy: [t.backup],
  },
  {
    name: 'a short write counts as whole',
    file: 'src/engine/files/writeFully.ts',
    find: '    done += count;\n',
    replace: '    done = bytes.length;\n',
    killedBy: [t.writeFully],
  },
  {
    name: 'a write of no byte is no full disk',
    file: 'src/engine/files/writeFully.ts',
    find: '    if (count === 0) throw diskFull(file.path, done, bytes.length);\n',
    replace: '    if (count === 0) return;\n',
    killedBy: [t.writeFully],
  },
  {
    name: 'the checksum of the manifest is not looked at',
    file: 'src/engine/files/sealedJson.ts',
    find: "if (all.toString('latin1', end) !== sealOf(crc32(all, 0, end))) {",
    replace: 'if (end < 0) {',
    killedBy: [t.manifest],
  },
  {
    name: 'the manifest of a newer version is written',
    file: 'src/engine/files/manifest.ts',
    find: "access: format.writer > formatVersion ? 'read' : 'write'",
    replace: "access: 'write'",
    killedBy: [t.manifest],
  },
  {
    name: 'the manifest of the lowest epoch counts',
    file: 'src/engine/files/manifest.ts',
    find: '(highest === undefined || epoch > highest)',
    replace: '(highest === undefined || epoch < highest)',
    killedBy: [t.manifest, t.protocol],
  },
  {
    name: 'a manifest under another epoch’s name is believed',
    file: 'src/engine/files/manifest.ts',
    find: '    if (read.manifest.epoch !== epoch) throw',
    replace: '    if (read.manifest.epoch < 0) throw',
    killedBy: [t.manifest],
  },
  {
    name: 'a manifest is replaced by an owner that was fenced',
    file: keeper,
    find: '      fence();\n',
    replace: '',
    killedBy: [t.manifestKeeper],
  },
  {
    name: 'a manifest counts as written before it is durable',
    file: keeper,
    find: `      await replaceWithBytes(platform, { folder: dir, name: manifestName(manifest.epoch) }, bytes);
      kept = manifest;
`,
    replace: `      kept = manifest;
      await replaceWithBytes(platform, { folder: dir, name: manifestName(manifest.epoch) }, bytes);
`,
    killedBy: [t.manifestKeeper],
  },
  {
    name: 'a serial is given again after a failure',
    file: keeper,
    find: '    lastSerial++;\n',
    replace: '    lastSerial = kept.serial + 1;\n',
    killedBy: [t.manifestKeeper],
  },
  {
    name: 'the checksum of a backup’s frame is not looked at',
    file: frames,
    find: "      if (crc !== body.readUInt32LE(length)) return damaged('a checksum is wrong');\n",
    replace: '',
    killedBy: [t.backup],
  },
  {
    name: 'the frames of a backup are not chained',
    file: frames,
    find: 'const headCrc = crc32(head, 0, frameHead - 4, chain);',
    replace: 'const headCrc = head.readUInt32LE(frameHead - 4);',
    killedBy: [t.backup],
  },
  {
    name: 'a backup may have fewer records than it says',
    file: 'src/engine/files/readBackup.ts',
    find: '    if (foot.records !== total) {',
    replace: '    if (foot.records < 0) {',
    killedBy: [t.backup],
  },
  {
    name: 'a recovery file goes into a folder whose name is not synced',
    file: 'src/engine/files/makeFolders.ts',
    find: '  await files.syncFolder(above);\n',
    replace: '',
    killedBy: [t.recoveryFile],
  },
  {
    name: 'a recovery file is taken away, and that is not synced',
    file: 'src/engine/files/recoveryFile.ts',
    find: '  await files.syncFolder(folder);\n',
    replace: '',
    killedBy: [t.recoveryFile],
  },
  {
    name: 'a recovery file of another store is merged',
    file: 'src/engine/files/recoveryFile.ts',
    find: 'if (file?.storeId === storeId) found',
    replace: 'if (file !== undefined) found',
    killedBy: [t.recoveryFile],
  },
  {
    name: 'a recovery file that was merged is merged again',
    file: 'src/engine/files/mergePlan.ts',
    find: "  if (merged.has(file.nonce)) return { kind: 'merged' };\n",
    replace: '',
    killedBy: [t.mergePlan],
  },
  {
    name: 'a job that moved on is overwritten by a recovery file',
    file: 'src/engine/files/mergePlan.ts',
    find: '  if (now.version !== previous) {',
    replace: '  if (now.version < previous) {',
    killedBy: [t.mergePlan],
  },
  {
    name: 'a table is not synced',
    file: output,
    find: '      await this.#file.sync();\n',
    replace: '',
    killedBy: [t.writing, t.tableCrash],
  },
  {
    name: 'a table’s name is not synced',
    file: output,
    find: '      await files.syncFolder(this.#dir);\n',
    replace: '',
    killedBy: [t.writing, t.tableCrash],
  },
  {
    name: 'a table takes its name before it is synced',
    file: output,
    find: `      await this.#file.sync();
      await this.#file.close();
      await files.rename(temporary, this.#path);
`,
    replace: `      await files.rename(temporary, this.#path);
      await this.#file.sync();
      await this.#file.close();
`,
    killedBy: [t.writing, t.tableCrash],
  },
  {
    name: 'a short write of a table counts as whole',
    file: output,
    find: '        done += count;\n',
    replace: '        done = bytes.length;\n',
    killedBy: [t.writing],
  },
  {
    name: 'a write of no byte of a table is no full disk',
    file: output,
    find: '        if (count <= 0) throw noSpace(this.#path);\n',
    replace: '        if (count <= 0) break;\n',
    killedBy: [t.writing],
  },
  {
    name: 'the checksum of a table’s entry is not looked at',
    file: 'src/engine/tables/entry.ts',
    find: "return `the entry's checksum is wrong`;",
    replace: 'return undefined;',
    killedBy: [t.damage],
  },
  {
    name: 'the checksum of a page of the index is not looked at',
    file: 'src/engine/tables/hashIndex.ts',
    find: 'if (readU32(page, 0) !== file.crc32(page, 4, pageBytes, number)) {',
    replace: 'if (number < 0) {',
    killedBy: [t.damage],
  },
  {
    name: 'the checksum of a table’s footer is not looked at',
    file: 'src/engine/tables/footer.ts',
    find: '  if (file.crc32(bytes, 0, crcAt) !== readU32(bytes, crcAt)) {',
    replace: '  if (crcAt < 0) {',
    killedBy: [t.damage],
  },
  {
    name: 'a table of another length than the manifest says is read',
    file: 'src/engine/tables/tableFile.ts',
    find: '      if (size !== bytes) {',
    replace: '      if (size < 0) {',
    killedBy: [t.damage],
  },
  {
    name: 'another table than the manifest means is read',
    file: 'src/engine/tables/jobTable.ts',
    find: '    if (!isMeant) {',
    replace: '    if (!isMeant && footer.jobs < 0) {',
    killedBy: [t.jobTable],
  },
];
