import { Arbitrary, type Random, Stream, Value } from 'fast-check';
import { FlakehoundError } from '../../../src/index.js';
import {
  type FileScript,
  type FileStep,
  fileScript,
  type ScriptFlags,
  stepData,
} from './fileScript.js';
import { applyStep, emptyState, folderOf, isSensible, madeSensible } from './scriptModel.js';
import { simplerScripts } from './simplerScripts.js';

/** What the scripts of {@link fileScripts} may look like. */
export interface FileScriptConstraints {
  /** The pool of paths; those with a `/` bring their folders along. Default: `a`, `b`, `c`. */
  readonly files?: readonly string[];
  /** Steps, without those that close what is left open. Default: 1 to 10. */
  readonly minSteps?: number;
  readonly maxSteps?: number;
  /** Files open at once. Default: 2. */
  readonly maxOpen?: number;
  /** Bytes of one write are drawn from these. Default: 1, 3, 100, 4096. */
  readonly sizes?: readonly number[];
  /** Which calls a script may make. Default: all of them. */
  readonly calls?: readonly FileStep[0][];
}

type Settings = Required<FileScriptConstraints> & { folders: readonly string[] };

const everyCall = [
  'open',
  'write',
  'read',
  'ftruncate',
  'fsync',
  'fdatasync',
  'close',
  'writeFile',
  'appendFile',
  'truncate',
  'readFile',
  'unlink',
  'rename',
  'copyFile',
  'link',
  'mkdir',
  'rmdir',
  'readdir',
  'syncDir',
] as const satisfies readonly FileStep[0][];

const everyFlag: readonly ScriptFlags[] = ['w', 'a', 'r+', 'r', 'wx'];

/** Enough draws that a state with any sensible step left rarely misses it. */
const drawsPerStep = 40;

/**
 * Scripts of file operations over a small pool of names, each step sensible where it stands: opens
 * before writes, no reading of what isn't there, everything closed in the end. They shrink to fewer
 * steps, fewer names and shorter data, and print as `fileScript([...])`.
 *
 * @throws FlakehoundError `PROPERTY_CONSTRAINT` when no script can meet the constraints
 */
export function fileScripts(constraints: FileScriptConstraints = {}): Arbitrary<FileScript> {
  return new FileScriptArbitrary(resolve(constraints));
}

class FileScriptArbitrary extends Arbitrary<FileScript> {
  private readonly settings: Settings;

  constructor(settings: Settings) {
    super();
    this.settings = settings;
  }

  override generate(random: Random): Value<FileScript> {
    const { minSteps, maxSteps } = this.settings;
    const state = emptyState();
    const steps: FileStep[] = [];
    const wanted = random.nextInt(minSteps, maxSteps);
    for (let draws = 0; steps.length < wanted && draws < wanted * drawsPerStep; draws++) {
      const step = drawStep(random, this.settings, steps.length);
      if (!isSensible(state, step)) continue;
      if (step[0] === 'open' && state.open.size >= this.settings.maxOpen) continue;
      applyStep(state, step);
      steps.push(step);
    }
    return new Value(fileScript(madeSensible(steps)), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is FileScript {
    return Array.isArray(value) && value.every((step) => Array.isArray(step));
  }

  override shrink(value: FileScript): Stream<Value<FileScript>> {
    const { files, minSteps } = this.settings;
    const simpler = simplerScripts(value, files);
    const longEnough = Stream.of(...simpler).filter((steps) => steps.length >= minSteps);
    return longEnough.map((steps) => new Value(fileScript(steps), undefined));
  }
}

function drawStep(random: Random, settings: Settings, ordinal: number): FileStep {
  const pick = <T>(from: readonly T[]): T => from[random.nextInt(0, from.length - 1)]!;
  const { files, folders, sizes, maxOpen } = settings;
  const handle = `f${random.nextInt(1, maxOpen)}`;
  const data = stepData(ordinal, pick(sizes));
  const call = pick(settings.calls);
  switch (call) {
    case 'open':
      return [call, handle, pick(files), pick(everyFlag)];
    case 'write':
      return random.nextInt(0, 1) === 0
        ? [call, handle, data]
        : [call, handle, data, random.nextInt(0, 8)];
    case 'read':
      return [call, handle, random.nextInt(1, 8)];
    case 'ftruncate':
      return [call, handle, random.nextInt(0, 8)];
    case 'fsync':
    case 'fdatasync':
    case 'close':
      return [call, handle];
    case 'writeFile':
    case 'appendFile':
      return [call, pick(files), data];
    case 'truncate':
      return [call, pick(files), random.nextInt(0, 8)];
    case 'readFile':
    case 'unlink':
      return [call, pick(files)];
    case 'rename':
    case 'copyFile':
    case 'link':
      return [call, pick(files), pick(files)];
    case 'mkdir':
    case 'rmdir':
    case 'readdir':
    case 'syncDir':
      return [call, pick(folders)];
  }
}

function resolve(raw: FileScriptConstraints): Settings {
  const files = raw.files ?? ['a', 'b', 'c'];
  const settings: Settings = {
    files,
    folders: ['.', ...new Set(files.flatMap(foldersAbove))],
    minSteps: raw.minSteps ?? 1,
    maxSteps: raw.maxSteps ?? Math.max(10, raw.minSteps ?? 1),
    maxOpen: raw.maxOpen ?? 2,
    sizes: raw.sizes ?? [1, 3, 100, 4096],
    calls: raw.calls ?? everyCall,
  };
  check(settings);
  return settings;
}

function foldersAbove(path: string): string[] {
  const folder = folderOf(path);
  return folder === '.' ? [] : [...foldersAbove(folder), folder];
}

function check({ files, minSteps, maxSteps, maxOpen, sizes, calls }: Settings): void {
  const badPath = files.find((file) => !/^[^/]+(\/[^/]+)*$/.test(file));
  const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
  const problems: [isWrong: boolean, what: string][] = [
    [files.length === 0, 'files is empty'],
    [badPath !== undefined, `files holds ${badPath}, not a relative path`],
    [
      !isCount(minSteps) || !isCount(maxSteps) || minSteps > maxSteps,
      `minSteps ${minSteps} and maxSteps ${maxSteps} leave no length`,
    ],
    [!isCount(maxOpen) || maxOpen < 1, `maxOpen is ${maxOpen}`],
    [sizes.length === 0 || !sizes.every(isCount), `sizes are ${sizes.join(', ') || 'empty'}`],
    [calls.length === 0, 'calls is empty'],
  ];
  const found = problems.find(([isWrong]) => isWrong);
  if (found === undefined) return;
  throw new FlakehoundError('PROPERTY_CONSTRAINT', `fileScripts: ${found[1]}`, {
    hint: "give counts of at least 0 (maxOpen: 1) and paths such as 'a' or 'folder/a'",
  });
}
