import { expect, test } from 'vitest';
import { isDurable, placeOf } from '../../../../harness/bench/store/place.js';

const mounts = `/dev/vda / ext4 rw,relatime 0 0
tmpfs /dev/shm tmpfs rw 0 0
/dev/vdb /data xfs rw 0 0
/dev/vdc /data/a\\040b btrfs rw 0 0
tmpfs /data/over tmpfs rw 0 0
/dev/vdd /data/over ext4 rw 0 0
`;

test.each([
  ['/', 'ext4', '/dev/vda'],
  ['/home/x', 'ext4', '/dev/vda'],
  ['/dev/shm/bench', 'tmpfs', 'tmpfs'],
  ['/data', 'xfs', '/dev/vdb'],
  ['/database', 'ext4', '/dev/vda'],
  ['/data/a b/c', 'btrfs', '/dev/vdc'],
  ['/data/over/x', 'ext4', '/dev/vdd'],
])('%s lies on %s of %s', (path, kind, device) =>
  expect(placeOf(path, mounts)).toEqual({ kind, device }),
);

test('nothing is known where no mount is', () => expect(placeOf('/x', '')).toBeUndefined());

test.each([
  ['ext4', true],
  ['overlay', true],
  ['tmpfs', false],
  ['ramfs', false],
])('a sync on %s reaches something durable: %j', (kind, durable) =>
  expect(isDurable({ kind, device: 'any' })).toBe(durable),
);
