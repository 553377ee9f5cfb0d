import {
  FlakehoundError,
  type IfVersion,
  type Job,
  type JobStore,
  type LogEntry,
} from '../../../src/index.js';
import type { JobScript, JobStep, JobWrite, Presumed } from './jobScript.js';

/** What became of one call. */
export type JobOutcome =
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'refused'; readonly code: string }
  /** The world has no such thing. */
  | { readonly kind: 'skipped' };

/** Where a script is run. */
export interface JobScriptWorld {
  readonly store: JobStore;
  /** Opens the store again, which was closed before. */
  readonly reopen?: () => JobStore | Promise<JobStore>;
  /** Lets the power fail without a close, and opens the store again. */
  readonly crash?: (store: JobStore) => JobStore | Promise<JobStore>;
  /** Lets time pass. */
  readonly advance?: (ms: number) => void | Promise<void>;
  /** Where backups go. */
  readonly backupPath?: string;
  /** Hears of each call, counted from 0, before it is made. */
  readonly begins?: (call: number) => void;
  /** Hears of each call once it is made, in the same turn. */
  readonly made?: (call: number) => void;
  /** Hears what became of a call, at once. */
  readonly ended?: (call: number, outcome: JobOutcome) => void;
}

/** What a script has done when it ends. */
export interface JobScriptRun {
  /** One per call; those made together count each. */
  readonly outcomes: readonly JobOutcome[];
  /** The store as it is open then. */
  readonly store: JobStore;
}

/**
 * Runs a script, one step after the other. A call that is refused with a FlakehoundError is noted
 * and the script goes on; any other error, a simulated crash among them, is thrown.
 */
export async function runJobScript(
  script: JobScript,
  world: JobScriptWorld,
): Promise<JobScriptRun> {
  const run = new ScriptRun(world);
  for (const step of script) await run.step(step);
  return { outcomes: run.outcomes, store: run.store };
}

/** All jobs and logs that a store shows, as plain data. */
export async function jobStoreContents(
  store: JobStore,
): Promise<{ readonly jobs: readonly Job[]; readonly logs: readonly LogEntry[] }> {
  const [jobs, logs] = [await store.list(), await store.recentLogs(Number.MAX_SAFE_INTEGER)];
  return { jobs, logs: [...logs].reverse() };
}

class ScriptRun {
  readonly outcomes: JobOutcome[] = [];
  store: JobStore;
  private readonly world: JobScriptWorld;
  private calls = 0;

  constructor(world: JobScriptWorld) {
    this.world = world;
    this.store = world.store;
  }

  async step(step: JobStep): Promise<void> {
    const steps = step[0] === 'together' ? step[1] : [step];
    const versions = await this.versionsOf(steps);
    await Promise.all(steps.map((one, at) => this.note(() => this.perform(one, versions[at]!))));
  }

  /** Asked for beforehand, so that nothing comes between the calls of a turn. */
  private async versionsOf(steps: readonly JobStep[]): Promise<IfVersion[]> {
    const versions: IfVersion[] = [];
    for (const step of steps) {
      const presumed = presumedBy(step);
      if (presumed === undefined) {
        versions.push({});
        continue;
      }
      const actual = (await this.store.get(String(step[1])))?.version ?? 1;
      versions.push({ ifVersion: presumed === 'right' ? actual : actual + 7 });
    }
    return versions;
  }

  private async note(call: () => Promise<unknown> | undefined): Promise<void> {
    const number = this.calls++;
    this.world.begins?.(number);
    const pending = started(call);
    this.world.made?.(number);
    const outcome = await outcomeOf(pending);
    this.outcomes[number] = outcome;
    this.world.ended?.(number, outcome);
  }

  private perform(step: JobStep, when: IfVersion): Promise<unknown> | undefined {
    const { advance, backupPath, crash, reopen } = this.world;
    switch (step[0]) {
      case 'list':
        return this.store.list(step[1]);
      case 'prune':
        return this.store.prune(step[1]);
      case 'checkpoint':
        return this.store.checkpoint();
      case 'backup':
        return backupPath === undefined ? undefined : this.backup(backupPath);
      case 'reopen':
        return reopen === undefined ? undefined : this.replace(() => this.closed(reopen));
      case 'crash':
        return crash === undefined ? undefined : this.replace(() => crash(this.store));
      case 'advance':
        return advance === undefined ? undefined : Promise.resolve(advance(step[1]));
      case 'together':
        throw new TypeError('`together` may not hold itself');
      default:
        return this.write(step, when);
    }
  }

  private write(step: JobWrite, when: IfVersion): Promise<unknown> {
    const { store } = this;
    switch (step[0]) {
      case 'create': {
        const [, id, type, data, parent] = step;
        return store.create({
          id,
          type,
          ...(data === undefined ? {} : { data }),
          ...(parent === undefined ? {} : { parent }),
        });
      }
      case 'update':
        return store.update(step[1], step[2], when);
      case 'transition':
        return store.transition(step[1], step[2], { ...step[3], ...when });
      case 'cancel':
        return store.cancel(step[1]);
      case 'remove':
        return store.remove(step[1], when);
      case 'group':
        return store.group(step[1]);
      case 'appendLog':
        return store.appendLog(step[1], { message: step[2] });
      case 'updateLater':
        store.updateLater(step[1], step[2]);
        return Promise.resolve();
      case 'flush':
        return store.flush();
    }
  }

  /** Of the facts only what every store has in common. */
  private async backup(path: string): Promise<{ readonly jobs: number }> {
    const { jobs } = await this.store.backup(path);
    return { jobs };
  }

  private async closed(reopen: () => JobStore | Promise<JobStore>): Promise<JobStore> {
    await this.store.close();
    return await reopen();
  }

  private async replace(make: () => JobStore | Promise<JobStore>): Promise<undefined> {
    this.store = await make();
  }
}

/** What is thrown in the call's own turn rejects like the rest. */
function started(call: () => Promise<unknown> | undefined): Promise<unknown> | undefined {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error);
  }
}

async function outcomeOf(pending: Promise<unknown> | undefined): Promise<JobOutcome> {
  if (pending === undefined) return { kind: 'skipped' };
  try {
    return { kind: 'done', result: await pending };
  } catch (error) {
    if (!(error instanceof FlakehoundError)) throw error;
    return { kind: 'refused', code: error.code };
  }
}

function presumedBy(step: JobStep): Presumed | undefined {
  if (step[0] === 'update') return step[3];
  if (step[0] === 'transition') return step[4];
  return step[0] === 'remove' ? step[2] : undefined;
}
