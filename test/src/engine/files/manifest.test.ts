import { describe, expect, test } from 'vitest';
import {
  decodeManifest,
  encodeManifest,
  manifestName,
  readManifest,
} from '../../../../src/engine/files/manifest.js';
import { sealJson } from '../../../../src/engine/files/sealedJson.js';
import type { Manifest } from '../../../../src/engine/seam.js';
import { FlakehoundError } from '../../../../src/index.js';
import { nodeCrc32 } from '../../../../src/node/nodeCrc32.js';
import { memoryFiles } from '../../../support/memoryFiles.js';
import { someManifest } from './manifests.js';

const encode = (manifest: object) => encodeManifest(manifest as Manifest, nodeCrc32);
const decode = (bytes: Uint8Array) => decodeManifest(bytes, nodeCrc32, '/data/manifest');

/** What decoding throws; the manifest itself when it doesn't. */
function refusal(bytes: Uint8Array): FlakehoundError {
  try {
    const read = decode(bytes);
    throw new Error(`read as ${JSON.stringify(read)}`);
  } catch (error) {
    if (error instanceof FlakehoundError) return error;
    throw error;
  }
}

describe('a manifest', () => {
  test('is read as it was written', () => {
    const empty = someManifest({
      checkpoints: [],
      log: { segments: [], spares: [], nextGeneration: 1, nextSegment: 1 },
    });
    for (const manifest of [someManifest(), empty]) {
      expect(decode(encode(manifest))).toEqual({ manifest, access: 'write' });
    }
  });

  test('is JSON that people can read', () => {
    const text = Buffer.from(encode(someManifest())).toString();
    expect(JSON.parse(text)).toMatchObject({ flakehound: 'store manifest', ...someManifest() });
    expect(text.split('\n').length).toBeGreaterThan(50);
  });

  const bytes = encode(someManifest());

  test('with any bit flipped is refused', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(refusal(flipped).code, `bit ${bit}`).toBe('STORE_MANIFEST');
    }
  });

  test('with any byte replaced by any other is refused', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const other of [0, 10, 32, 34, 48, 57, 125, 255, (bytes[at]! + 1) & 255]) {
        if (other === bytes[at]) continue;
        const changed = Uint8Array.from(bytes);
        changed[at] = other;
        expect(refusal(changed).code, `byte ${at} as ${other}`).toBe('STORE_MANIFEST');
      }
    }
  });

  test('cut off anywhere, or with more after its end, is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(refusal(bytes.subarray(0, length)).code, `${length}`).toBe('STORE_MANIFEST');
    }
    for (const more of ['\n', ' ', '\0', '}']) {
      const longer = Buffer.concat([bytes, Buffer.from(more)]);
      expect(refusal(longer).code).toBe('STORE_MANIFEST');
    }
  });

  test.each(['', '\0\0\0\0'])('that was never written, as %j, is damaged', (text) => {
    const error = refusal(Buffer.from(text));
    expect(error.code).toBe('STORE_MANIFEST');
    expect(error.message).toMatch(/is damaged: it holds \d bytes/);
  });

  test.each(['{}', 'hello', '{\n  "name": "some-package"\n}\n'])(
    'that is %j is not taken for a store’s',
    (text) => {
      const error = refusal(Buffer.from(text));
      expect(error.code).toBe('STORE_MANIFEST');
      expect(error.message).toMatch(/is not the manifest of a store/);
    },
  );
});

describe('a manifest of another version', () => {
  test('that must not be read is refused, whatever else is in it', () => {
    const newer = { format: { reader: 2, writer: 2 }, features: { required: [], optional: [] } };
    const error = refusal(sealJson('store manifest', newer, nodeCrc32));
    expect(error.code).toBe('STORE_FORMAT');
    expect(error.message).toBe('/data/manifest is of format 2; this flakehound reads up to 1');
  });

  test('that needs a feature which is unknown here is refused', () => {
    const features = { required: ['sealed-rooms'], optional: [] };
    const error = refusal(encode(someManifest({ features })));
    expect(error.code).toBe('STORE_FORMAT');
    expect(error.message).toMatch(/sealed-rooms/);
  });

  test('that may be read but not written says so', () => {
    const manifest = someManifest({ format: { reader: 1, writer: 2 } });
    expect(decode(encode(manifest))).toEqual({ manifest, access: 'read' });
  });

  test('with optional features, and members that are unknown here, may be written', () => {
    const features = { required: [], optional: ['colours'] };
    const manifest = someManifest({ features });
    expect(decode(encode({ ...manifest, colours: ['red'] }))).toEqual({
      manifest,
      access: 'write',
    });
  });
});

describe('a manifest with a true checksum and wrong members', () => {
  const whole = someManifest();
  const [segment] = whole.log.segments;
  const [checkpoint] = whole.checkpoints;
  test.each<[what: string, given: object, says: string]>([
    ['no epoch', { epoch: undefined }, 'epoch should be a whole number, 0 or more'],
    ['half an epoch', { epoch: 1.5 }, 'epoch should be a whole number'],
    ['an epoch below 0', { epoch: -1 }, 'epoch should be a whole number'],
    ['a serial beyond exact numbers', { serial: 2 ** 53 }, 'serial should be a whole number'],
    ['clean as a number', { clean: 1 }, 'clean should be true or false, but is a number 1'],
    ['no id', { storeId: '' }, 'storeId should be'],
    ['a list for the log', { log: [] }, 'log should be an object, but is a list'],
    ['null for the log', { log: null }, 'log should be an object, but is null'],
    [
      'a path for a segment',
      { log: { ...whole.log, segments: [{ ...segment, name: '../../etc/passwd' }] } },
      'log.segments[0].name should be the name of one of the store’s files',
    ],
    [
      'a segment without a generation',
      { log: { ...whole.log, segments: [{ name: 'wal-1-1', epoch: 1 }] } },
      'log.segments[0].generation should be',
    ],
    [
      'a segment twice',
      { log: { ...whole.log, segments: [segment, segment] } },
      'log names wal-1-1 twice',
    ],
    [
      'three checkpoints',
      { checkpoints: [checkpoint, checkpoint, checkpoint] },
      'checkpoints should be a list of at most 2',
    ],
    [
      'the older checkpoint first',
      { checkpoints: [checkpoint, { ...checkpoint, position: { lsn: 121, chain: 0 } }] },
      'checkpoints are not newest first',
    ],
  ])('%s is refused', (_what, given, says) => {
    const error = refusal(encode({ ...whole, ...given }));
    expect(error.code).toBe('STORE_MANIFEST');
    expect(error.message).toContain(says);
  });
});

describe('reading it from a folder', () => {
  const { epoch } = someManifest();
  const path = `/data/${manifestName(epoch)}`;

  test('finds none, one, or says what is in the way', async () => {
    const { volume, ...platform } = memoryFiles();
    expect(await readManifest(platform, '/data')).toBeUndefined();
    volume.writeFileSync(path, encode(someManifest()));
    expect((await readManifest(platform, '/data'))?.manifest).toEqual(someManifest());
    volume.truncateSync(path, 17 * 1024 * 1024);
    await expect(readManifest(platform, '/data')).rejects.toMatchObject({
      code: 'STORE_MANIFEST',
      message: expect.stringContaining('has 17825792 bytes'),
    });
    volume.unlinkSync(path);
    volume.mkdirSync(path);
    await expect(readManifest(platform, '/data')).rejects.toMatchObject({
      code: 'STORE_MANIFEST',
    });
  });

  test('takes that of the highest epoch, whatever an earlier owner still writes', async () => {
    const { volume, ...platform } = memoryFiles();
    for (const one of [epoch + 10, epoch, epoch + 9]) {
      volume.writeFileSync(
        `/data/${manifestName(one)}`,
        encode({ ...someManifest(), epoch: one, serial: 1000 - one }),
      );
    }
    expect((await readManifest(platform, '/data'))?.manifest.epoch).toBe(epoch + 10);
  });

  test('refuses one that says another epoch than its name', async () => {
    const { volume, ...platform } = memoryFiles();
    volume.writeFileSync(`/data/${manifestName(epoch + 1)}`, encode(someManifest()));
    await expect(readManifest(platform, '/data')).rejects.toMatchObject({
      code: 'STORE_MANIFEST',
      message: expect.stringContaining(`it is of epoch ${epoch}`),
    });
  });

  test('looks again when its successor comes while the folder is listed', async () => {
    const { volume, ...platform } = memoryFiles();
    volume.writeFileSync(path, encode(someManifest()));
    let looks = 0;
    const list = async (dir: string): Promise<readonly string[]> => {
      const names = await platform.files.list(dir);
      // One goes before the list comes to it, the next one comes behind where the list is.
      return looks++ === 0 ? [] : names;
    };
    const read = await readManifest({ ...platform, files: { ...platform.files, list } }, '/data');
    expect(read?.manifest.epoch).toBe(epoch);
  });
});
