import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Answers, type RpcCall } from '../../../../harness/forkserver/template/answers.js';

const call = (m: string, ...a: unknown[]): RpcCall => ({ t: 'q', i: '1', m, a });

const module = { code: 'x', id: '/r/a.ts', url: '/a.ts' };
const recorded = [
  { method: 'fetch', args: ['/a.ts', '/r/t.test.ts', 'ssr', { startOffset: 1 }], result: module },
  { method: 'resolveSnapshotPath', args: ['/r/t.test.ts'], result: '/r/t.snap' },
];

test('a call is answered by module, importer and environment, whatever else it says', () => {
  const answers = new Answers(recorded, 4);
  expect(answers.find(call('fetch', '/a.ts', '/r/t.test.ts', 'ssr', {}, 'trace'))).toEqual(module);
  expect(answers.find(call('resolveSnapshotPath', '/r/t.test.ts'))).toBe('/r/t.snap');
  expect(answers.find(call('fetch', '/a.ts', '/r/other.test.ts', 'ssr'))).toBeUndefined();
  expect(answers.find(call('fetch', '/a.ts', '/r/t.test.ts', 'client'))).toBeUndefined();
});

test('calls of other kinds are left to the host, whatever they carry', () => {
  const odd = { toString: null, valueOf: null };
  expect(new Answers(recorded, 4).find(call('onTaskUpdate', [odd], [odd]))).toBeUndefined();
});

test('what Vitest adds to an answer is not there the next time', () => {
  const answers = new Answers(recorded, 4);
  const first = answers.find(call('fetch', '/a.ts', '/r/t.test.ts', 'ssr')) as { added?: boolean };
  first.added = true;
  expect(answers.find(call('fetch', '/a.ts', '/r/t.test.ts', 'ssr'))).toEqual(module);
});

test('code that the host wrote to a file is read ahead; once the file is gone, the host is asked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'answers-'));
  const tmp = join(folder, 'code');
  writeFileSync(tmp, 'from the file');
  const stored = { cached: true, tmp, id: '/r/a.ts', url: '/a.ts' };
  const record = [{ method: 'fetch', args: ['/a.ts', null, 'ssr'], result: stored }];
  try {
    const found = new Answers(record, 4).find(call('fetch', '/a.ts', null, 'ssr'));
    expect(found).toEqual({ code: 'from the file', id: '/r/a.ts', url: '/a.ts' });
    const untouched = new Answers(record, 5).find(call('fetch', '/a.ts', null, 'ssr'));
    expect(untouched).toEqual(stored);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(new Answers(record, 4).find(call('fetch', '/a.ts', null, 'ssr'))).toBeUndefined();
});

test('only modules with code of their own and a URL from the root are compiled ahead', () => {
  const bare = { method: 'fetch', args: ['pkg', '/r/t.test.ts', 'ssr'], result: { code: 'y' } };
  const external = { externalize: '/r/node_modules/z/i.js', type: 'module' };
  const out = { method: 'fetch', args: ['/@fs/z', null, 'ssr'], result: external };
  const warm = {
    method: 'fetchWarmModules',
    args: ['ssr', []],
    result: { '/w.ts': { tmp: '/t/w' } },
  };
  const answers = new Answers([...recorded, bare, out, warm], 5);
  expect([...answers.modules().keys()]).toEqual(['/a.ts', '/w.ts']);
  expect(answers.warmModules).toEqual({ '/w.ts': { tmp: '/t/w' } });
});
