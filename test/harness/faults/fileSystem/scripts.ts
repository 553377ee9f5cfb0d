import * as fc from 'fast-check';
import { type Form, forms } from './support.js';

/** One argument: a path below the root is a name, everything else is as it is. */
export type Argument = { readonly name: string } | { readonly value: unknown };

/** One step of a script: a call in one of its forms. */
export interface CallStep {
  readonly kind: 'call';
  readonly form: Form;
  readonly call: string;
  readonly args: readonly Argument[];
}

/** One step of a script: a file opened, worked on by its descriptor or handle, and closed. */
export interface FileStep {
  readonly kind: 'file';
  readonly form: Form;
  readonly name: string;
  readonly flags: string;
  readonly work: readonly (readonly [method: string, ...args: readonly unknown[]])[];
}

/** One step of a script: chunks through a stream, or all of a file out of one. */
export interface StreamStep {
  readonly kind: 'writeStream' | 'readStream';
  readonly name: string;
  readonly chunks: readonly string[];
  readonly options: Record<string, unknown>;
}

export type ScriptStep = CallStep | FileStep | StreamStep;

/** Few names and shallow, so that calls meet. */
const name = fc.constantFrom('a', 'b', 'd', 'd/a', 'd/e', 'd/e/b', 'l', 'x/y/z');
const text = fc.constantFrom('', 'x', 'hello', 'grüße', 'a longer text than the others');
const form = fc.constantFrom(...forms);

const path = name.map((n) => ({ name: n }));
const value = <T>(arbitrary: fc.Arbitrary<T>) => arbitrary.map((v) => ({ value: v }));
const one = (...values: unknown[]) => value(fc.constantFrom(...values));
const options = (model: Record<string, fc.Arbitrary<unknown>>) =>
  value(fc.record(model, { requiredKeys: [] }));

const mode = fc.constantFrom(0o600, 0o644, 0o700, 0o755, 0o777);
const bool = fc.boolean();
const content = value(
  fc.oneof(
    text,
    text.map((t) => Buffer.from(t)),
  ),
);

const calls: readonly (readonly [string, ...fc.Arbitrary<Argument>[]])[] = [
  ['access', path, one(0, 4)],
  ['appendFile', path, content, options({ mode, flush: bool })],
  ['chmod', path, value(mode)],
  ['copyFile', path, path, one(0, 1)],
  [
    'cp',
    path,
    path,
    options({
      recursive: bool,
      force: bool,
      errorOnExist: bool,
      dereference: bool,
      preserveTimestamps: bool,
    }),
  ],
  ['link', path, path],
  ['lstat', path, options({ bigint: bool })],
  ['lutimes', path, one(1000), one(2000)],
  ['mkdir', path, options({ recursive: bool, mode })],
  ['mkdir', path],
  ['mkdtemp', name.map((n) => ({ name: `${n}-tmp-` }))],
  ['readFile', path, one(undefined, 'utf8', 'hex', null)],
  ['readFile', path, options({ flag: fc.constantFrom('r', 'a+', 'wx+') })],
  // Not both: Node 20 joins paths to bytes there, and fails.
  ['readdir', path, options({ recursive: bool, withFileTypes: bool })],
  ['readdir', path, options({ encoding: fc.constantFrom('utf8', 'buffer'), withFileTypes: bool })],
  ['readlink', path, one(undefined, 'buffer')],
  ['realpath', path],
  ['rename', path, path],
  ['rm', path, options({ recursive: bool, force: bool })],
  ['rmdir', path],
  ['stat', path, options({ bigint: bool })],
  ['symlink', one('a', 'd', 'd/e', 'none', '../a'), path],
  ['truncate', path, one(undefined, 0, 3, 10)],
  ['unlink', path],
  ['utimes', path, one(1000), one(2000)],
  [
    'writeFile',
    path,
    content,
    options({ flag: fc.constantFrom('w', 'a', 'wx'), mode, flush: bool }),
  ],
  ['writeFile', path, content, one(undefined, 'utf8', 'latin1')],
];

const callStep = (isIn: (call: string) => boolean): fc.Arbitrary<ScriptStep> =>
  fc.oneof(
    ...calls
      .filter(([call]) => isIn(call))
      .map(([call, ...args]) =>
        fc.record({
          kind: fc.constant('call' as const),
          form,
          call: fc.constant(call),
          args: fc.tuple(...args),
        }),
      ),
  );

const place = fc.constantFrom(null, 0, 2, 20);
const work = fc.oneof(
  fc.tuple(fc.constant('read'), fc.nat(8), place),
  fc.tuple(fc.constant('write'), text, place),
  fc.tuple(fc.constant('writev'), text, text, place),
  fc.tuple(
    fc.constant('readv'),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    place,
  ),
  fc.tuple(fc.constant('truncate'), fc.constantFrom(0, 2, 12)),
  fc.tuple(fc.constant('stat')),
  fc.tuple(fc.constant('sync')),
  fc.tuple(fc.constant('datasync')),
  fc.tuple(fc.constant('chmod'), mode),
  fc.tuple(fc.constant('utimes'), fc.constant(1000), fc.constant(2000)),
  fc.tuple(fc.constant('readFile')),
  fc.tuple(fc.constant('writeFile'), text),
  fc.tuple(fc.constant('appendFile'), text),
) as fc.Arbitrary<readonly [string, ...unknown[]]>;

const fileStep: fc.Arbitrary<ScriptStep> = fc.record({
  kind: fc.constant('file' as const),
  form,
  name,
  flags: fc.constantFrom('r', 'r+', 'w', 'w+', 'wx', 'a', 'a+'),
  work: fc.array(work, { maxLength: 5 }),
});

const streamStep: fc.Arbitrary<ScriptStep> = fc.record({
  kind: fc.constantFrom('writeStream' as const, 'readStream' as const),
  name,
  chunks: fc.array(text, { maxLength: 4 }),
  options: fc.record(
    { start: fc.constantFrom(0, 2), end: fc.constantFrom(3, 6), highWaterMark: fc.constant(2) },
    { requiredKeys: [] },
  ),
});

const furnished = (step: fc.Arbitrary<ScriptStep>): fc.Arbitrary<readonly ScriptStep[]> =>
  fc.array(step, { minLength: 1, maxLength: 14 }).map((steps) => [...furniture, ...steps]);

/** Scripts that are likely to have something to work on: a few things are made first. */
export const scripts = furnished(
  fc.oneof({ weight: 6, arbitrary: callStep(() => true) }, fileStep, streamStep),
);

/**
 * What memfs does otherwise than a disk: it copies no modes, links folders, keeps no times of links,
 * makes nothing of a mode in mkdir.
 */
const unlikeDisk = new Set(['cp', 'copyFile', 'link', 'lutimes', 'access', 'chmod']);

/** Scripts of what memfs does as a disk does. */
export const memfsScripts = furnished(callStep((call) => !unlikeDisk.has(call)));

const furniture: readonly ScriptStep[] = [
  {
    kind: 'call',
    form: 'sync',
    call: 'mkdir',
    args: [{ name: 'd/e' }, { value: { recursive: true } }],
  },
  {
    kind: 'call',
    form: 'sync',
    call: 'writeFile',
    args: [{ name: 'a' }, { value: 'content of a' }],
  },
  { kind: 'call', form: 'sync', call: 'writeFile', args: [{ name: 'd/a' }, { value: 'below' }] },
  { kind: 'call', form: 'sync', call: 'symlink', args: [{ value: 'd' }, { name: 'l' }] },
];
