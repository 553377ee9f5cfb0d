import { expect, test } from 'vitest';
import { nodePlatform } from '../../../src/node/nodePlatform.js';
import { memoryFiles } from '../../support/memoryFiles.js';
import { storeClock } from '../../support/storeClock.js';

test('what is given is taken, and the rest is of this machine', () => {
  const { files, random } = memoryFiles();
  const clock = storeClock();
  const platform = nodePlatform({ files, clock });
  expect(platform.files).toBe(files);
  expect(platform.clock).toBe(clock);
  expect(platform.random).not.toBe(random);
  expect(platform.random.bytes(4)).toHaveLength(4);
  expect(platform.random.fraction()).toBeLessThan(1);
  expect(platform.processes.state(platform.processes.self())).toBe('alive');
  expect(platform.crc32(Buffer.from('123456789'), 0, 9)).toBe(0xcbf43926);
});
