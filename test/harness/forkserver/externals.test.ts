import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ProbeRun, runProbe } from './bothWays.js';

/** Packages by what importing them does. */
const packages: Readonly<Record<string, string>> = {
  pure: 'export let count = 0; export const next = () => ++count;',
  'reads-nodeenv': 'export const mode = process.env.NODE_ENV;',
  'keeps-clock': 'export const now = Date.now; export const date = (ms) => new Date(ms);',
  draws: 'export const seed = Math.random();',
  'draws-bytes': `import { randomBytes } from 'node:crypto'; export const id = randomBytes(4);`,
  'reads-time': 'export const start = new Date();',
  measures: 'export const start = performance.now();',
  'reads-pid': 'export const id = process.pid;',
  'reads-pool': 'export const port = 9000 + Number(process.env.VITEST_POOL_ID);',
  'sets-global': 'globalThis.__setByPackage = 1;',
  'patches-prototype': 'Array.prototype.lastOne = function () { return this.at(-1); };',
  'patches-module': `import fs from 'node:fs'; fs.closeSync = ((f) => (fd) => f(fd))(fs.closeSync);`,
  'sets-env': `process.env.SET_BY_PACKAGE = '1';`,
  listens: `process.on('SIGUSR2', () => {});`,
  'leaves-timer': 'setInterval(() => {}, 1000).unref();',
  'fires-timer': 'await new Promise((resolve) => setTimeout(resolve, 1));',
  'opens-server': `import net from 'node:net'; net.createServer().listen(0);`,
  'starts-thread': `import { Worker } from 'node:worker_threads';
    new Worker('setInterval(() => {}, 1000)', { eval: true }).unref();`,
  prints: `console.log('hello from a package');`,
  throws: `throw new Error('not today');`,
  exits: 'process.reallyExit(3);',
  'uses-runner': `import { expect } from 'vitest'; export const has = typeof expect;`,
  'uses-impure': `import { seed } from 'draws'; export const twice = seed * 2;`,
};

const innocent = ['pure', 'reads-nodeenv', 'keeps-clock', 'fires-timer'];
/** Vitest can't run a file that imports these; tried without one. */
const fatal = ['throws', 'exits'];

let root: string;
let forked: readonly ProbeRun[];

beforeAll(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'externals-')));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [name, code] of Object.entries(packages)) {
    const about = { name, version: '1.0.0', type: 'module', main: 'index.js' };
    put(`node_modules/${name}/package.json`, JSON.stringify(about));
    put(`node_modules/${name}/index.js`, code);
  }
  put('package.json', '{"type":"module"}');
  const url = new URL('../../../node_modules/vitest/', import.meta.url).pathname;
  put('node_modules/vitest/package.json', '{"type":"module","exports":"./index.js"}');
  put('node_modules/vitest/index.js', `export * from '${url}dist/index.js';`);
  const imported = Object.keys(packages).filter((name) => !fatal.includes(name));
  put(
    'counts.probe.js',
    `${imported.map((name) => `import '${name}';`).join('\n')}
    import { test } from 'vitest';
    import { next } from 'pure';
    import { seed } from 'draws';
    test('counts', ({ task }) => { task.meta.seen = { count: next(), seed }; });`,
  );
  const [ordinary] = await runProbe({ root, probe: 'counts.probe.js', way: 'ordinary' });
  const lesson = ordinary?.lesson ?? { answers: [], externals: [] };
  for (const name of fatal) lesson.externals.push(join(root, 'node_modules', name, 'index.js'));

  forked = await runProbe({ root, probe: 'counts.probe.js', way: 'forked', runs: 2, lesson });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const whyOf = (name: string): string | undefined =>
  forked[0]?.rejected.find((each) => each.path.includes(`node_modules/${name}/`))?.why;

test.each(innocent)('%s is imported ahead', (name) => {
  expect(whyOf(name)).toBeUndefined();
});

test.each([
  ['draws', 'calls Math.random'],
  ['draws-bytes', 'calls crypto.randomBytes'],
  ['reads-time', 'reads the time'],
  ['measures', 'calls performance.now'],
  ['reads-pid', 'reads process.pid'],
  ['reads-pool', 'reads process.env.VITEST_POOL_ID'],
  ['sets-global', 'changes globalThis.__setByPackage'],
  ['patches-prototype', 'changes Array.prototype.lastOne'],
  ['patches-module', 'changes node:fs.closeSync'],
  ['sets-env', 'changes process.env.SET_BY_PACKAGE'],
  ['listens', "changes listeners of process 'SIGUSR2'"],
  ['leaves-timer', 'leaves a timer'],
  ['opens-server', 'leaves a TCPSERVERWRAP open'],
  ['starts-thread', 'starts a thread'],
  ['prints', 'prints'],
  ['throws', 'fails to be imported: not today'],
  ['exits', 'ends the process that imports it'],
  ['uses-runner', 'imports the test runner'],
  ['uses-impure', 'calls Math.random'],
])('%s is imported by each file itself: it %s', (name, why) => {
  expect(whyOf(name)?.toLowerCase()).toContain(why.toLowerCase());
});

test('files start from the same state of a package, and draw their own of others', () => {
  const seen = forked.map((run) => (run.tests[0]?.meta as { seen?: object } | undefined)?.seen);
  expect(forked.flatMap((run) => run.errors)).toEqual([]);
  expect(seen).toEqual([
    { count: 1, seed: expect.any(Number) },
    { count: 1, seed: expect.any(Number) },
  ]);
  expect(seen[0]).not.toEqual(seen[1]);
});
