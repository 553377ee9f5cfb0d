import { describe, expect, test } from 'vitest';
import type { Files, OpenMode } from '../../src/index.js';

/** Files to be tried, and an empty folder in them. */
export interface FilesSubject {
  readonly files: Files;
  readonly dir: string;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What every implementation of the port must do. `using` hands a fresh subject to its body. */
export function describeFiles(
  name: string,
  using: (body: (subject: FilesSubject) => Promise<void>) => Promise<void>,
): void {
  const promise = (what: string, body: (subject: FilesSubject) => Promise<void>) =>
    test(what, () => using(body));

  describe(name, () => {
    promise('what was written is read back, from both forms of the calls', async (subject) => {
      const { files, dir } = subject;
      const path = files.join(dir, 'a');
      const file = await files.open(path, 'create');
      expect(file.path).toBe(path);
      expect(await file.write(bytesOf('..hello..'), 2, 5, 0)).toBe(5);
      expect(file.writeNow(bytesOf('world'), 0, 5, 6)).toBe(5);
      const into = new Uint8Array(14);
      expect(await file.read(into, 1, 11, 0)).toBe(11);
      expect(Buffer.from(into).toString()).toBe('\0hello\0world\0\0');
      expect(file.readNow(into, 0, 14, 6)).toBe(5);
      expect(Buffer.from(into.subarray(0, 5)).toString()).toBe('world');
      expect(await file.size()).toBe(11);
      await file.close();
      expect(await textOf(subject, 'a')).toBe('hello\0world');
    });

    promise('reading at the end gives nothing', async (subject) => {
      await put(subject, 'a', 'abc');
      const file = await subject.files.open(subject.files.join(subject.dir, 'a'), 'read');
      expect(await file.read(new Uint8Array(4), 0, 4, 3)).toBe(0);
      expect(file.readNow(new Uint8Array(4), 0, 4, 99)).toBe(0);
      await file.close();
    });

    promise('a write that is no sync, and every sync, resolve', async (subject) => {
      const { files, dir } = subject;
      const file = await files.open(files.join(dir, 'a'), 'create');
      await file.write(bytesOf('x'), 0, 1, 0);
      await file.dataSync();
      file.dataSyncNow();
      await file.sync();
      await file.close();
      await files.syncFolder(dir);
    });

    promise('truncating cuts off, and fills with zeros', async (subject) => {
      await put(subject, 'a', 'abcdef');
      const file = await subject.files.open(subject.files.join(subject.dir, 'a'), 'update');
      await file.truncate(2);
      await file.truncate(4);
      await file.close();
      expect(await textOf(subject, 'a')).toBe('ab\0\0');
    });

    promise('update keeps what is there', async (subject) => {
      await put(subject, 'a', 'abcdef');
      const file = await subject.files.open(subject.files.join(subject.dir, 'a'), 'update');
      await file.write(bytesOf('XY'), 0, 2, 2);
      await file.close();
      expect(await textOf(subject, 'a')).toBe('abXYef');
    });

    promise('closing twice is harmless, and a closed file refuses', async ({ files, dir }) => {
      const file = await files.open(files.join(dir, 'a'), 'create');
      await file.close();
      const other = await files.open(files.join(dir, 'b'), 'create');
      await file.close();
      await expect(file.write(bytesOf('x'), 0, 1, 0)).rejects.toThrow();
      expect(() => file.writeNow(bytesOf('x'), 0, 1, 0)).toThrow();
      // The other file may have got the first one's descriptor.
      expect(await other.write(bytesOf('x'), 0, 1, 0)).toBe(1);
      await other.close();
    });

    const refusals: [mode: OpenMode, name: string, code: string][] = [
      ['read', 'absent', 'ENOENT'],
      ['update', 'absent', 'ENOENT'],
      ['create', 'there', 'EEXIST'],
      ['create', 'absent/a', 'ENOENT'],
      ['read', 'there/a', 'ENOTDIR'],
    ];
    promise('opening what cannot be opened says why, and leaves it alone', async (subject) => {
      const { files, dir } = subject;
      await put(subject, 'there', 'old');
      for (const [mode, at, code] of refusals) {
        await expect(files.open(files.join(dir, at), mode), `${mode} ${at}`).rejects.toMatchObject({
          code,
        });
      }
      expect(await textOf(subject, 'there')).toBe('old');
    });

    promise('names in a folder come sorted', async (subject) => {
      const { files, dir } = subject;
      for (const at of ['b', 'a', 'C']) await put(subject, at, '');
      await files.makeFolder(files.join(dir, 'ab'));
      expect(await files.list(dir)).toEqual(['C', 'a', 'ab', 'b']);
      await expect(files.list(files.join(dir, 'absent'))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    });

    promise('a folder is made with those above it, and may be there', async ({ files, dir }) => {
      await files.makeFolder(files.join(dir, 'a', 'b', 'c'));
      await files.makeFolder(files.join(dir, 'a', 'b', 'c'));
      expect((await files.facts(files.join(dir, 'a', 'b', 'c')))?.kind).toBe('folder');
    });

    promise('facts tell what is there, and that nothing is', async (subject) => {
      const { files, dir } = subject;
      await put(subject, 'a', 'abc');
      expect(await files.facts(files.join(dir, 'a'))).toMatchObject({ kind: 'file', size: 3 });
      expect(await files.facts(files.join(dir, 'absent'))).toBeUndefined();
      expect(files.existsNow(files.join(dir, 'a'))).toBe(true);
      expect(files.existsNow(files.join(dir, 'absent'))).toBe(false);
    });

    promise('a rename replaces', async (subject) => {
      const { files, dir } = subject;
      await put(subject, 'a', 'new');
      await put(subject, 'b', 'old');
      await files.rename(files.join(dir, 'a'), files.join(dir, 'b'));
      expect(await files.list(dir)).toEqual(['b']);
      expect(await textOf(subject, 'b')).toBe('new');
      await expect(files.rename(files.join(dir, 'a'), files.join(dir, 'c'))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    });

    promise('a link is a second name, and never takes one that is taken', async (subject) => {
      const { files, dir } = subject;
      await put(subject, 'a', 'one');
      await put(subject, 'taken', 'two');
      await files.link(files.join(dir, 'a'), files.join(dir, 'b'));
      await expect(
        files.link(files.join(dir, 'a'), files.join(dir, 'taken')),
      ).rejects.toMatchObject({ code: 'EEXIST' });
      await files.unlink(files.join(dir, 'a'));
      expect(await textOf(subject, 'b')).toBe('one');
      expect(await textOf(subject, 'taken')).toBe('two');
    });

    promise('what is not there is not unlinked', async ({ files, dir }) => {
      await expect(files.unlink(files.join(dir, 'absent'))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    });
  });
}

async function put({ files, dir }: FilesSubject, name: string, text: string): Promise<void> {
  const file = await files.open(files.join(dir, name), 'create');
  await file.write(bytesOf(text), 0, bytesOf(text).length, 0);
  await file.close();
}

async function textOf({ files, dir }: FilesSubject, name: string): Promise<string> {
  const file = await files.open(files.join(dir, name), 'read');
  const into = Buffer.alloc(await file.size());
  await file.read(into, 0, into.length, 0);
  await file.close();
  return into.toString();
}
