import type { FileStep, ScriptFlags } from './fileScript.js';

/** What a script has made of its folder so far, as far as the next step depends on it. */
export interface ScriptState {
  /** Each name and the file behind it: names made by `link` share one. */
  readonly files: Map<string, number>;
  /** `.` is the folder that the script runs in. */
  readonly folders: Set<string>;
  readonly open: Map<string, ScriptFlags>;
  /** Files made so far. */
  made: number;
}

/** Before the first step: an empty folder, nothing open. */
export function emptyState(): ScriptState {
  return { files: new Map(), folders: new Set(['.']), open: new Map(), made: 0 };
}

/** The folder that a path of a script is in. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** Whether a step makes sense now: on a sound file system it would succeed. */
export function isSensible(state: ScriptState, step: FileStep): boolean {
  const { files, folders, open } = state;
  switch (step[0]) {
    case 'open':
      return !open.has(step[1]) && mayOpen(state, step[2], step[3]);
    case 'write':
      // Platforms differ in what a position means where every write appends.
      return isWritable(open.get(step[1])) && !(step.length > 3 && open.get(step[1]) === 'a');
    case 'ftruncate':
      return isWritable(open.get(step[1]));
    case 'read':
      return ['r', 'r+'].includes(open.get(step[1]) ?? '');
    case 'fsync':
    case 'fdatasync':
    case 'close':
      return open.has(step[1]);
    case 'writeFile':
    case 'appendFile':
      return isFree(state, step[1]) || files.has(step[1]);
    case 'readFile':
    case 'truncate':
    case 'unlink':
      return files.has(step[1]);
    case 'rename':
    case 'copyFile':
      // Between two names of one file a rename does nothing, and platforms differ on a copy.
      return (
        files.has(step[1]) &&
        files.get(step[1]) !== files.get(step[2]) &&
        mayOpen(state, step[2], 'w')
      );
    case 'link':
      return files.has(step[1]) && isFree(state, step[2]);
    case 'mkdir':
      return isFree(state, step[1]);
    case 'rmdir':
      return step[1] !== '.' && folders.has(step[1]) && isEmpty(state, step[1]);
    case 'readdir':
    case 'syncDir':
      return folders.has(step[1]);
  }
}

/** Advances the state over a sensible step. */
export function applyStep(state: ScriptState, step: FileStep): void {
  const { files, folders, open } = state;
  switch (step[0]) {
    case 'open':
      open.set(step[1], step[3]);
      create(state, step[2]);
      return;
    case 'close':
      open.delete(step[1]);
      return;
    case 'writeFile':
    case 'appendFile':
      create(state, step[1]);
      return;
    case 'unlink':
      files.delete(step[1]);
      return;
    case 'rename':
      files.set(step[2], fileAt(state, step[1]));
      files.delete(step[1]);
      return;
    case 'copyFile':
      create(state, step[2]);
      return;
    case 'link':
      files.set(step[2], fileAt(state, step[1]));
      return;
    case 'mkdir':
      folders.add(step[1]);
      return;
    case 'rmdir':
      folders.delete(step[1]);
      return;
    default:
  }
}

function create(state: ScriptState, path: string): void {
  if (!state.files.has(path)) state.files.set(path, state.made++);
}

/** Sensible steps take names from where a file is. */
function fileAt({ files }: ScriptState, path: string): number {
  return files.get(path)!;
}

/** Drops the steps that make no sense, and closes what is left open. */
export function madeSensible(steps: readonly FileStep[]): FileStep[] {
  const state = emptyState();
  const kept = steps.filter((step) => {
    if (!isSensible(state, step)) return false;
    applyStep(state, step);
    return true;
  });
  for (const handle of state.open.keys()) kept.push(['close', handle]);
  return kept;
}

function isWritable(flags: ScriptFlags | undefined): boolean {
  return flags !== undefined && flags !== 'r';
}

function mayOpen(state: ScriptState, file: string, flags: ScriptFlags): boolean {
  const exists = state.files.has(file);
  if (flags === 'r' || flags === 'r+') return exists;
  return isFree(state, file) || (exists && flags !== 'wx');
}

function isFree({ files, folders }: ScriptState, path: string): boolean {
  return !files.has(path) && !folders.has(path) && folders.has(folderOf(path));
}

function isEmpty({ files, folders }: ScriptState, folder: string): boolean {
  return ![...files.keys(), ...folders].some((path) => path !== '.' && folderOf(path) === folder);
}
