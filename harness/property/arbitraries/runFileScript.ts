import { posix } from 'node:path';
import type { FileScript, FileStep } from './fileScript.js';

type Fs = typeof import('node:fs');
type Handle = Awaited<ReturnType<Fs['promises']['open']>>;

/** What became of one step: its result where it has one, or the error's code. */
export type StepOutcome =
  | { readonly kind: 'done'; readonly result?: string | number | readonly string[] }
  | { readonly kind: 'failed'; readonly code: string }
  /** Its handle was never opened, since that step had failed. */
  | { readonly kind: 'skipped' };

/** The calls that scripts make; `node:fs`, a memfs volume's fs and every faulty one have them. */
export type ScriptFs = Pick<Fs, 'promises'>;

/**
 * Runs a script by the file system's promises, one step after the other. A step that fails with an
 * errno is noted and the script goes on; any other error, a simulated crash among them, is thrown.
 *
 * @param dir - the folder that the script's paths are relative to
 * @returns one outcome per step
 */
export async function runFileScript(
  script: FileScript,
  fs: ScriptFs,
  dir: string,
): Promise<StepOutcome[]> {
  const run = new ScriptRun(fs, dir);
  const outcomes: StepOutcome[] = [];
  for (const step of script) outcomes.push(await run.outcomeOf(step));
  return outcomes;
}

class ScriptRun {
  private readonly fs: Fs['promises'];
  private readonly dir: string;
  private readonly open = new Map<string, Handle>();

  constructor(fs: ScriptFs, dir: string) {
    this.fs = fs.promises;
    this.dir = dir;
  }

  async outcomeOf(step: FileStep): Promise<StepOutcome> {
    if (needsHandle(step) && !this.open.has(step[1])) return { kind: 'skipped' };
    try {
      const result = await this.perform(step);
      return result === undefined ? { kind: 'done' } : { kind: 'done', result };
    } catch (error) {
      const code = errnoOf(error);
      if (code === undefined) throw error;
      return { kind: 'failed', code };
    }
  }

  private async perform(step: FileStep): Promise<string | number | string[] | undefined> {
    switch (step[0]) {
      case 'open':
        this.open.set(step[1], await this.fs.open(this.at(step[2]), step[3]));
        return undefined;
      case 'write': {
        const data = Buffer.from(step[2]);
        return (await this.handle(step[1]).write(data, 0, data.length, step[3] ?? null))
          .bytesWritten;
      }
      case 'read': {
        const into = Buffer.alloc(step[2]);
        const { bytesRead } = await this.handle(step[1]).read(into, 0, step[2], null);
        return into.toString('latin1', 0, bytesRead);
      }
      case 'ftruncate':
        return await done(this.handle(step[1]).truncate(step[2]));
      case 'fsync':
        return await done(this.handle(step[1]).sync());
      case 'fdatasync':
        return await done(this.handle(step[1]).datasync());
      case 'close':
        return await done(this.close(step[1]));
      default:
        return await this.performOnPath(step);
    }
  }

  private async performOnPath(
    step: Exclude<FileStep, HandleStep | readonly ['open', ...unknown[]]>,
  ): Promise<string | string[] | undefined> {
    const path = this.at(step[1]);
    switch (step[0]) {
      case 'writeFile':
        return await done(this.fs.writeFile(path, step[2]));
      case 'appendFile':
        return await done(this.fs.appendFile(path, step[2]));
      case 'truncate':
        return await done(this.fs.truncate(path, step[2]));
      case 'readFile':
        return (await this.fs.readFile(path)).toString('latin1');
      case 'unlink':
        return await done(this.fs.unlink(path));
      case 'rename':
        return await done(this.fs.rename(path, this.at(step[2])));
      case 'copyFile':
        return await done(this.fs.copyFile(path, this.at(step[2])));
      case 'link':
        return await done(this.fs.link(path, this.at(step[2])));
      case 'mkdir':
        return await done(this.fs.mkdir(path));
      case 'rmdir':
        return await done(this.fs.rmdir(path));
      case 'readdir':
        return (await this.fs.readdir(path)).sort();
      case 'syncDir':
        return await done(this.syncFolder(path));
    }
  }

  private async syncFolder(path: string): Promise<void> {
    const folder = await this.fs.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /** A handle is gone even when its close fails. */
  private async close(name: string): Promise<void> {
    const handle = this.handle(name);
    this.open.delete(name);
    await handle.close();
  }

  /** Only for steps that {@link needsHandle} found open. */
  private handle(name: string): Handle {
    return this.open.get(name)!;
  }

  private at(path: string): string {
    return posix.join(this.dir, path);
  }
}

type HandleStep = Extract<
  FileStep,
  readonly ['write' | 'read' | 'ftruncate' | 'fsync' | 'fdatasync' | 'close', ...unknown[]]
>;

const handleCalls = new Set(['write', 'read', 'ftruncate', 'fsync', 'fdatasync', 'close']);

function needsHandle(step: FileStep): step is HandleStep {
  return handleCalls.has(step[0]);
}

async function done(call: Promise<unknown>): Promise<undefined> {
  await call;
}

/** Of errors that a file system gives; those have a syscall beside the code. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
