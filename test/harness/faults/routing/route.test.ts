import * as fsAll from 'node:fs';
import { rename, renameSync } from 'node:fs';
import * as promisesAll from 'node:fs/promises';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
// biome-ignore lint/style/useNodejsImportProtocol: this spelling is part of the promise
import fsDefault from 'fs';
import { describe, expect, test } from 'vitest';
import { nodeFs } from '../../../../harness/faults/nodeFs.js';
import { fail } from '../../../../harness/faults/plan/effects.js';
import { prepareRoutes, route } from '../../../../harness/faults/routing/router.js';
import { codeOf, operationsOf, planned, scratch } from './routedFs.js';

const require = createRequire(import.meta.url);
// biome-ignore lint/style/useNodejsImportProtocol: this spelling is part of the promise
const required: typeof fsAll = require('fs');
const requiredPromises: typeof promisesAll = require('node:fs/promises');

const called = (call: (done: (error: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));

describe('however it was imported, a call is routed', () => {
  test.each<[string, (from: string, to: string) => unknown]>([
    ["import { rename } from 'node:fs'", (a, b) => called((done) => rename(a, b, done))],
    ["import { renameSync } from 'node:fs'", async (a, b) => renameSync(a, b)],
    ["import * from 'node:fs'", async (a, b) => fsAll.renameSync(a, b)],
    ["import fs from 'fs'", async (a, b) => fsDefault.renameSync(a, b)],
    ["import * from 'node:fs/promises'", (a, b) => promisesAll.rename(a, b)],
    ['fs.promises', (a, b) => fsDefault.promises.rename(a, b)],
    ["require('fs')", async (a, b) => required.renameSync(a, b)],
    ["require('node:fs/promises')", (a, b) => requiredPromises.rename(a, b)],
    ['promisify', (a, b) => promisify(fsAll.rename)(a, b)],
    ['a native caller', async (a, b) => [b].map(fsAll.renameSync.bind(null, a))],
    ['a timer', (a, b) => called((done) => void setImmediate(fsAll.rename, a, b, done))],
  ])('%s', async (_how, call) => {
    using dir = scratch();
    const { fileSystem, run } = planned({ on: 'rename', effect: fail('EBUSY') });
    nodeFs.writeFileSync(dir.file('a'), '');
    using _route = route(fileSystem);
    const outcome = await codeOf(Promise.resolve(call(dir.file('a'), dir.file('b'))));
    expect(outcome).toBe('EBUSY');
    expect(run.trace).toMatchObject([{ operation: 'rename', path: dir.file('a') }]);
  });
});

describe('whatever the form, a call is routed', () => {
  test('files by promise, FileHandle, stream and directory', async () => {
    using dir = scratch();
    const { fileSystem, run } = planned();
    using _route = route(fileSystem);

    await writeFile(dir.file('a'), 'one');
    const handle = await promisesAll.open(dir.file('a'), 'r+');
    await handle.write('two', 0);
    await handle.sync();
    await handle.close();
    const out = fsAll.createWriteStream(dir.file('b'));
    out.end('three');
    await finished(out);
    const chunks: unknown[] = [];
    for await (const chunk of fsAll.createReadStream(dir.file('b'))) chunks.push(chunk);
    const names: string[] = [];
    for await (const entry of await promisesAll.opendir(dir.path)) names.push(entry.name);

    expect(await readFile(dir.file('a'), 'utf8')).toBe('two');
    expect(Buffer.concat(chunks as Buffer[]).toString()).toBe('three');
    expect(names.sort()).toEqual(['a', 'b']);
    expect(operationsOf(run).join(' ')).toMatch(
      /^writeFile:open writeFile:write writeFile:close open write fsync close createWriteStream:open createWriteStream:write createWriteStream:close createReadStream:open (createReadStream:read )+createReadStream:close opendir readFile:open .*readFile:close$/,
    );
  });

  test('streams made by new', async () => {
    using dir = scratch();
    const { fileSystem, run } = planned();
    using _route = route(fileSystem);
    const out = new fsDefault.WriteStream(dir.file('a') as never);
    out.end('x');
    await finished(out);
    expect(out).toBeInstanceOf(fsDefault.WriteStream);
    expect(operationsOf(run)).toContain('createWriteStream:write');
  });

  test('watch', async () => {
    using dir = scratch();
    const { fileSystem } = planned({ on: 'watch', effect: fail('ENOSPC') });
    using _route = route(fileSystem);
    expect(() => fsAll.watch(dir.path)).toThrow('ENOSPC');
  });

  test('callbacks of callbacks', async () => {
    using dir = scratch();
    const { fileSystem, run } = planned();
    using _route = route(fileSystem);
    await called((done) =>
      fsAll.writeFile(dir.file('a'), 'x', () =>
        setTimeout(
          () =>
            fsAll.stat(dir.file('a'), (error) => fsAll.unlink(dir.file('a'), () => done(error))),
          0,
        ),
      ),
    );
    expect(operationsOf(run).slice(-2)).toEqual(['stat', 'unlink']);
  });

  test('realpath.native, existsSync and promisified exists', async () => {
    using dir = scratch();
    const { fileSystem, run } = planned();
    using _route = route(fileSystem);
    fsAll.realpathSync.native(dir.path);
    await promisify(fsAll.realpath.native)(dir.path);
    expect(fsAll.existsSync(dir.path)).toBe(true);
    expect(await promisify(fsAll.exists)(dir.path)).toBe(true);
    expect(operationsOf(run)).toEqual(['realpath', 'realpath', 'exists:access', 'exists:access']);
  });
});

describe('who is left alone', () => {
  test('whoever calls after the route has ended, though he carries its context', async () => {
    using dir = scratch();
    const { fileSystem, run } = planned();
    const ended = route(fileSystem);
    const late = new Promise<void>((resolve) => {
      setTimeout(() => {
        fsAll.writeFileSync(dir.file('late'), 'x');
        resolve();
      }, 0);
    });
    // Routes are still looked for while there is another.
    using _other = route(planned().fileSystem);
    ended[Symbol.dispose]();
    await late;
    expect(run.trace).toEqual([]);
  });

  test('the loading of modules inside a routed test', async () => {
    using dir = scratch();
    nodeFs.writeFileSync(dir.file('x.cjs'), "module.exports = require('./y.cjs') + 1;");
    nodeFs.writeFileSync(dir.file('y.cjs'), 'module.exports = 41;');
    nodeFs.writeFileSync(dir.file('z.mjs'), 'export default 7;');
    nodeFs.writeFileSync(dir.file('d.json'), '{"d": 3}');
    const { fileSystem, run } = planned({ on: '*', effect: fail('EIO') });
    using _route = route(fileSystem);
    expect(require(dir.file('x.cjs'))).toBe(42);
    expect(require(dir.file('d.json'))).toEqual({ d: 3 });
    expect((await import(/* @vite-ignore */ dir.file('z.mjs'))).default).toBe(7);
    await expect(import('./loadedWhileRouted.js')).resolves.toMatchObject({ answer: 42 });
    expect(run.trace).toEqual([]);
  });

  test('module code that itself calls fs while it is loaded is the test’s', () => {
    using dir = scratch();
    const loads = `module.exports = require('node:fs').readdirSync(${JSON.stringify(dir.path)});`;
    nodeFs.writeFileSync(dir.file('x.cjs'), loads);
    const { fileSystem, run } = planned();
    using _route = route(fileSystem);
    expect(require(dir.file('x.cjs'))).toEqual(['x.cjs']);
    expect(operationsOf(run)).toEqual(['readdir']);
  });

  test('a route within a route, which hides it until it ends', () => {
    const [outer, inner] = [planned(), planned()];
    using _outer = route(outer.fileSystem);
    {
      using _inner = route(inner.fileSystem);
      fsAll.existsSync('/');
    }
    fsAll.existsSync('/');
    expect([outer.run.trace.length, inner.run.trace.length]).toEqual([1, 1]);
  });

  test('the outer route may end first', () => {
    const [outer, inner] = [planned(), planned()];
    const outerRoute = route(outer.fileSystem);
    const innerRoute = route(inner.fileSystem);
    outerRoute[Symbol.dispose]();
    fsAll.existsSync('/');
    innerRoute[Symbol.dispose]();
    fsAll.existsSync('/');
    expect([outer.run.trace.length, inner.run.trace.length]).toEqual([0, 1]);
  });
});

describe('concurrent tests on one module', () => {
  // As many as Vitest runs at once.
  const codes = ['EBUSY', 'EACCES', undefined, 'EROFS', undefined] as const;
  const arrivals: (() => void)[] = [];
  /** Resolves once all of the tests have come here. */
  const together = (): Promise<void> =>
    new Promise((resolve) => {
      arrivals.push(resolve);
      if (arrivals.length % codes.length === 0) for (const arrive of arrivals) arrive();
    });

  test.concurrent.each(codes.map((code, at) => ({ code, at })))(
    'each has its own plan: $code',
    async ({ code, at }) => {
      using dir = scratch();
      const { fileSystem, run } = planned(
        ...(code === undefined ? [] : [{ on: 'rename', effect: fail(code) } as const]),
      );
      using _prepared = prepareRoutes();
      await together();
      // One of those without a fault isn't even routed.
      using _route = at === 4 ? undefined : route(fileSystem);
      await together();
      await writeFile(dir.file('a'), 'x');
      await together();
      expect(await codeOf(promisesAll.rename(dir.file('a'), dir.file('b')))).toBe(code ?? 'ok');
      const seen = new Set(run.trace.map(({ path }) => path));
      expect([...seen]).toEqual(at === 4 ? [] : [dir.file('a')]);
      await together();
    },
  );
});
