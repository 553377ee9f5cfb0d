import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Volume } from 'memfs';
import { expect, test } from 'vitest';
import { targetBackend } from '../../../harness/faults/faultTarget.js';
import { createFileSystem } from '../../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../../harness/faults/interceptor.js';
import { nodeFiles } from '../../../src/node/nodeFiles.js';
import type { NodeFs } from '../../../src/node/nodeFs.js';
import { describeFiles } from '../../contract/files.contract.js';

const dir = '/data';
const volume = () => Volume.fromJSON({ [dir]: null });
/** memfs types its callbacks as taking whatever may come. */
const shapeOf = (memfs: Volume) => memfs as unknown as NodeFs;

describeFiles('the files of this machine', async (body) => {
  const real = await mkdtemp(join(tmpdir(), 'flakehound-'));
  await body({ files: nodeFiles(), dir: real }).finally(() => rm(real, { recursive: true }));
});

describeFiles('files of memfs', (body) => body({ files: nodeFiles(shapeOf(volume())), dir }));

describeFiles('files that fail as planned, without a plan', (body) => {
  const fs = createFileSystem(targetBackend(volume()), passThrough);
  return body({ files: nodeFiles(fs), dir });
});

/** A file system whose sync of any descriptor answers so. */
function syncsWith(code: string): NodeFs {
  const answer = Object.assign(new Error(code), { code });
  return {
    ...shapeOf(volume()),
    open: (_path, _flags, _mode, done) => done(null, 7),
    fsync: (_fd, done) => done(answer),
    close: (_fd, done) => done(null),
  };
}

test.each(['EINVAL', 'ENOTSUP', 'ENOSYS'])('a folder that answers %s has no sync', async (code) => {
  await nodeFiles(syncsWith(code)).syncFolder(dir);
});

test.each(['EIO', 'ENOSPC'])('a folder’s sync that fails with %s has failed', async (code) => {
  await expect(nodeFiles(syncsWith(code)).syncFolder(dir)).rejects.toMatchObject({ code });
});

test('Windows has no sync of a folder', async () => {
  await nodeFiles(syncsWith('EPERM'), 'win32').syncFolder(dir);
});

test('what may not be looked at is not said to be missing', () => {
  const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  const fs: NodeFs = {
    ...shapeOf(volume()),
    statSync: () => {
      throw denied;
    },
  };
  expect(() => nodeFiles(fs).existsNow('/data/lock')).toThrow(denied);
});
