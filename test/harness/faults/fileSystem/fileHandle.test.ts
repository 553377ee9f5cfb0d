import { type EventEmitter, once } from 'node:events';
import * as real from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordedFileSystem, temporaryFolder } from './support.js';

async function opened(content: string) {
  const path = join(temporaryFolder(), 'file');
  real.writeFileSync(path, content);
  const { fs, operations } = recordedFileSystem();
  return { path, fs, operations, handle: await fs.promises.open(path, 'r+') };
}

test('reads line by line', async () => {
  const { handle } = await opened('one\r\ntwo\nthree');
  const lines: string[] = [];
  for await (const line of handle.readLines()) lines.push(line);
  expect(lines).toEqual(['one', 'two', 'three']);
});

test('gives its bytes as a web stream, once', async () => {
  const { handle } = await opened('hello');
  const chunks: string[] = [];
  for await (const chunk of handle.readableWebStream()) chunks.push(Buffer.from(chunk).toString());
  expect(chunks).toEqual(['hello']);
  expect(() => handle.readableWebStream()).toThrow('locked');
  await handle.close();
});

test('a stream over it closes it', async () => {
  const { handle, operations } = await opened('hello');
  const isClosed = once(handle as unknown as EventEmitter, 'close');
  handle.createReadStream().resume();
  await isClosed;
  expect(handle.fd).toBe(-1);
  expect(operations.filter(({ name }) => name === 'close')).toHaveLength(1);
});

test('closes once, however often it is asked', async () => {
  const { handle, operations } = await opened('');
  await Promise.all([handle.close(), handle.close()]);
  await handle.close();
  await (handle as unknown as AsyncDisposable)[Symbol.asyncDispose]();
  expect(operations.filter(({ name }) => name === 'close')).toHaveLength(1);
});

test.each(['stat', 'sync', 'read', 'readFile', 'datasync', 'truncate'] as const)(
  '%s of a closed handle fails as with Node',
  async (method) => {
    const { handle, path } = await opened('');
    const theirs = await real.promises.open(path);
    await Promise.all([handle.close(), theirs.close()]);
    const [a, b] = await Promise.all(
      [handle, theirs].map((h) =>
        (h[method] as () => Promise<unknown>).call(h).then(null, ({ message, code, syscall }) => ({
          message,
          code,
          syscall,
        })),
      ),
    );
    expect(a).toMatchObject({ code: 'EBADF' });
    expect(a).toEqual(b);
  },
);

test('is taken where a path may stand', async () => {
  const { handle, fs, path } = await opened('hello');
  expect(await fs.promises.readFile(handle, 'utf8')).toBe('hello');
  await fs.promises.appendFile(handle, '!');
  await handle.close();
  expect(real.readFileSync(path, 'utf8')).toBe('hello!');
});

test("one of Node's own is taken too", async () => {
  const { path, fs, operations } = await opened('hello');
  const theirs = await real.promises.open(path);
  expect(await fs.promises.readFile(theirs, 'utf8')).toBe('hello');
  await theirs.close();
  expect(operations.map(({ name, path: of }) => [name, of])).toEqual([
    ['open', path],
    ['fstat', undefined],
    ['read', undefined],
  ]);
});

test('an iterable that fails is closed, and so is the file', async () => {
  const { path, fs, operations } = await opened('');
  let isReturned = false;
  async function* chunks() {
    try {
      yield 'one';
      yield 2;
    } finally {
      isReturned = true;
    }
  }
  await expect(fs.promises.writeFile(path, chunks() as never)).rejects.toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
  );
  expect(isReturned).toBe(true);
  expect(operations.at(-1)?.name).toBe('close');
});

test('an aborted signal stops a write between its parts', async () => {
  const { path, fs, operations } = await opened('');
  const controller = new AbortController();
  async function* chunks() {
    yield 'one';
    controller.abort(new Error('enough'));
    yield 'two';
  }
  const { signal } = controller;
  await expect(fs.promises.writeFile(path, chunks(), { signal })).rejects.toThrow(
    expect.objectContaining({ name: 'AbortError', code: 'ABORT_ERR' }),
  );
  expect(operations.filter(({ name }) => name === 'write')).toHaveLength(1);
  expect(real.readFileSync(path, 'utf8')).toBe('one');
});
