import { isDeepStrictEqual } from 'node:util';
import type { Disk } from '../../faults/durability/disk.js';
import type { DiskBackend } from '../../faults/durability/diskBackend.js';
import type { Effect, Mark } from '../../faults/durability/effects.js';
import type { ModelRules } from '../../faults/durability/modelRules.js';
import type { Recording } from '../../faults/durability/recording.js';
import { TreeKeys } from '../../faults/durability/treeKeys.js';
import { toldBy } from './told.js';
import type { CrashWorld, Invariant } from './world.js';

/** A value now, or by promise. */
export type MaybePromise<T> = T | Promise<T>;

/** Why a state is bad. */
export interface Complaint {
  readonly invariant: string;
  readonly message: string;
  readonly cause: unknown;
}

/** What recovery made of a disk. */
export interface Recovered<State> {
  readonly state: State | undefined;
  readonly complaint: Complaint | undefined;
  /** What recovery itself did to the disk; undefined if nothing. */
  readonly recording: Recording | undefined;
}

/** What is asked of every state. */
export interface Expectation<State> {
  readonly recover: (world: CrashWorld) => MaybePromise<State>;
  readonly invariants: Readonly<Record<string, Invariant<State>>>;
  readonly idempotent: boolean;
  readonly rules: ModelRules;
}

/** The invariant that recovery itself must not throw. */
export const recoversInvariant = 'recovery completes';
/** The invariant of those who asked for idempotence. */
export const idempotentInvariant = 'recovery is idempotent';

/** Recovers disks, once per distinct one, and holds the results against the invariants. */
export class Judge<State> {
  readonly keys = new TreeKeys();
  private readonly expectation: Expectation<State>;
  private readonly backend: DiskBackend;
  private readonly world: CrashWorld;
  private readonly recovered = new Map<number, MaybePromise<Recovered<State>>>();

  /** @param world - a file system over `backend`, into which each disk is put in turn */
  constructor(expectation: Expectation<State>, backend: DiskBackend, world: CrashWorld) {
    this.expectation = expectation;
    this.backend = backend;
    this.world = world;
  }

  /**
   * What recovery makes of a disk; asked once per key.
   *
   * @param disk - will be changed
   * @param again - the same disk once more, unchanged
   */
  recover(key: number, disk: Disk, again: () => Disk): MaybePromise<Recovered<State>> {
    const known = this.recovered.get(key);
    if (known !== undefined) return known;
    const fresh = this.run(disk, again);
    this.recovered.set(key, fresh);
    if (!(fresh instanceof Promise)) return fresh;
    return fresh.then((result) => {
      this.recovered.set(key, result);
      return result;
    });
  }

  /** The first invariant that a recovered state breaks. */
  complaintOf(
    result: Recovered<State>,
    marks: readonly Mark[],
  ): MaybePromise<Complaint | undefined> {
    if (result.complaint) return result.complaint;
    const seen = { state: result.state as State, ...toldBy(marks) };
    const pending: Promise<Complaint | undefined>[] = [];
    for (const [name, invariant] of Object.entries(this.expectation.invariants)) {
      const verdict = attempt(() => invariant(seen), name);
      if (verdict instanceof Promise) pending.push(verdict);
      else if (verdict) return verdict;
    }
    if (pending.length === 0) return undefined;
    return Promise.all(pending).then((verdicts) => verdicts.find((verdict) => verdict));
  }

  private run(disk: Disk, again: () => Disk): MaybePromise<Recovered<State>> {
    const effects: Effect[] = [];
    disk.listener = (effect) => effects.push(effect);
    this.backend.disk = disk;
    const done = (
      state: State | undefined,
      complaint?: Complaint,
    ): MaybePromise<Recovered<State>> => {
      disk.listener = undefined;
      // Of the disk as recovery leaves it: a file made after a crash inside must not be taken for one
      // that recovery made.
      const nextIno = disk.inoLimit;
      const recording = effects.length > 0 ? recordingOf(again(), effects, nextIno) : undefined;
      const result = { state, complaint, recording };
      const { idempotent, rules } = this.expectation;
      if (complaint || !idempotent || !rules.repeatsRecovery) return result;
      return this.repeated(disk, result);
    };
    const fail = (error: unknown) =>
      done(undefined, { invariant: recoversInvariant, message: textOf(error), cause: error });
    try {
      const state = this.expectation.recover(this.world);
      return state instanceof Promise ? state.then((value) => done(value), fail) : done(state);
    } catch (error) {
      return fail(error);
    }
  }

  /** Recovers what was recovered already. */
  private repeated(disk: Disk, first: Recovered<State>): MaybePromise<Recovered<State>> {
    const before = this.keys.of(disk);
    const compare = (again: State): Recovered<State> => {
      const message = !isDeepStrictEqual(again, first.state)
        ? 'a second recovery gave another state'
        : this.keys.of(disk) !== before
          ? 'a second recovery changed the disk again'
          : undefined;
      if (message === undefined) return first;
      return { ...first, complaint: { invariant: idempotentInvariant, message, cause: undefined } };
    };
    const fail = (error: unknown): Recovered<State> => ({
      ...first,
      complaint: {
        invariant: idempotentInvariant,
        message: `a second recovery threw: ${textOf(error)}`,
        cause: error,
      },
    });
    try {
      const again = this.expectation.recover(this.world);
      return again instanceof Promise ? again.then(compare, fail) : compare(again);
    } catch (error) {
      return fail(error);
    }
  }
}

function recordingOf(
  start: Disk,
  effects: readonly Effect[],
  nextIno: Recording['nextIno'],
): Recording {
  const steps = effects.map(() => undefined);
  return { start: start.nodes(), effects, steps, nextIno };
}

function attempt(invariant: () => unknown, name: string): MaybePromise<Complaint | undefined> {
  const read = (verdict: unknown): Complaint | undefined => {
    if (verdict === false)
      return { invariant: name, message: 'it returned false', cause: undefined };
    if (typeof verdict !== 'string') return undefined;
    return { invariant: name, message: verdict, cause: undefined };
  };
  const fail = (error: unknown): Complaint => ({
    invariant: name,
    message: textOf(error),
    cause: error,
  });
  try {
    const verdict = invariant();
    return verdict instanceof Promise ? verdict.then(read, fail) : read(verdict);
  } catch (error) {
    return fail(error);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
