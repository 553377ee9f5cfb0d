import type { CrashBound } from '../../faults/durability/bound.js';
import { CrashStates, type Fates } from '../../faults/durability/crashStates.js';
import type { Now } from '../../faults/durability/disk.js';
import type { Mark } from '../../faults/durability/effects.js';
import type { CrashModel, ModelRules } from '../../faults/durability/modelRules.js';
import type { Recording } from '../../faults/durability/recording.js';
import type { Complaint, Judge, MaybePromise, Recovered } from './judge.js';

/** One crash: in the workload, or in the recovery from the crash before. */
export interface Crash {
  readonly recording: Recording;
  readonly states: CrashStates;
  /** Before the effect of that index. */
  readonly point: number;
  readonly fates: Fates;
}

/** A way to break an invariant: one crash, or several in a row. */
export interface Failure {
  readonly complaint: Complaint;
  readonly crashes: readonly Crash[];
  readonly marks: readonly Mark[];
  /** Of the disk that the last crash left. */
  readonly key: number;
}

/** How much was visited. */
export interface Tally {
  crashPoints: number;
  statesVisited: number;
  distinctStates: number;
  /** The bound on states ended the visit. */
  isCutShort: boolean;
}

/** What a visit is made with. */
export interface ExploreHow<State> {
  readonly judge: Judge<State>;
  readonly bound: CrashBound;
  readonly model: CrashModel;
  readonly rules: ModelRules;
  readonly now: Now;
  /** Asked for each failure; false goes on to look for others. */
  readonly isEnough: (failure: Failure) => boolean;
}

/** Visits the crash states of recordings, and again those of their recoveries. */
export class Explorer<State> {
  readonly tally: Tally = {
    crashPoints: 0,
    statesVisited: 0,
    distinctStates: 0,
    isCutShort: false,
  };
  private readonly how: ExploreHow<State>;
  /** For each state and what was told by then, how many further crashes it was visited with. */
  private readonly seen: Map<number, number>[] = [];

  constructor(how: ExploreHow<State>) {
    this.how = how;
  }

  /** The first failure that is enough, if any. */
  async explore(recording: Recording): Promise<Failure | undefined> {
    const { bound, rules } = this.how;
    const states = this.statesOf(recording, 0);
    const { length } = recording.effects;
    const marks: Mark[] = [];
    for (let point = 0; point <= length; point++) {
      const before = recording.effects[point - 1];
      if (before?.kind === 'mark') marks.push(before.mark);
      if (point < length && !rules.crashesAnywhere) continue;
      const left = rules.recoveryCrashes ? bound.recoveryCrashes : 0;
      const place = { crashes: [], marks: [...marks], left };
      const failure = await this.visitPoint({ recording, states, point }, place);
      if (failure) return failure;
    }
    return undefined;
  }

  /** One crash alone, and the crashes inside the recovery from it. */
  async revisit(crash: Crash, place: Place): Promise<Failure | undefined> {
    return await this.visit(crash, place);
  }

  /** What recovery makes of the disk that a crash left. */
  recovered({ states, point, fates }: Crash): MaybePromise<Recovered<State>> {
    const disk = states.diskAt(point, fates);
    const again = () => states.diskAt(point, fates);
    return this.how.judge.recover(this.how.judge.keys.of(disk), disk, again);
  }

  /** Crashes at every point of a recovery; the last one is where it had finished. */
  async inRecovery(recording: Recording, place: Place): Promise<Failure | undefined> {
    const states = this.statesOf(recording, place.crashes.length);
    for (let point = 1; point <= recording.effects.length; point++) {
      const failure = await this.visitPoint({ recording, states, point }, place);
      if (failure) return failure;
    }
    return undefined;
  }

  /** The states of a recording; `depth` crashes came before it. */
  statesOf(recording: Recording, depth: number): CrashStates {
    const { bound, model, rules, now } = this.how;
    const within = depth === 0 ? bound : bound.recovery;
    return new CrashStates(recording, { model, rules, now, bound: within, seed: bound.seed });
  }

  private async visitPoint(at: Omit<Crash, 'fates'>, place: Place): Promise<Failure | undefined> {
    this.tally.crashPoints++;
    for (const fates of at.states.fatesAt(at.point)) {
      if (this.tally.distinctStates >= this.how.bound.states) {
        this.tally.isCutShort = true;
        return undefined;
      }
      const visited = this.visit({ ...at, fates }, place);
      const failure = visited instanceof Promise ? await visited : visited;
      if (failure) return failure;
    }
    return undefined;
  }

  private visit(crash: Crash, place: Place): MaybePromise<Failure | undefined> {
    const { judge } = this.how;
    this.tally.statesVisited++;
    const disk = crash.states.diskAt(crash.point, crash.fates);
    const key = judge.keys.of(disk);
    if (this.wasSeen(key, place)) return undefined;
    const again = () => crash.states.diskAt(crash.point, crash.fates);
    const result = judge.recover(key, disk, again);
    return result instanceof Promise
      ? result.then((recovered) => this.check(recovered, key, { crash, place }))
      : this.check(result, key, { crash, place });
  }

  /** Whether this state was visited when as much had been told, with as many crashes to follow. */
  private wasSeen(key: number, place: Place): boolean {
    const told = place.marks.length;
    const seen = this.seen[told] ?? new Map<number, number>();
    this.seen[told] = seen;
    const visitedWith = seen.get(key);
    if (visitedWith !== undefined && visitedWith >= place.left) return true;
    seen.set(key, place.left);
    if (visitedWith === undefined) this.tally.distinctStates++;
    return false;
  }

  private check(
    recovered: Recovered<State>,
    key: number,
    at: { crash: Crash; place: Place },
  ): MaybePromise<Failure | undefined> {
    const complaint = this.how.judge.complaintOf(recovered, at.place.marks);
    if (complaint instanceof Promise) {
      return complaint.then((given) => this.settle(given, { ...at, key, recovered }));
    }
    if (!complaint && (at.place.left === 0 || !recovered.recording)) return undefined;
    return this.settle(complaint, { ...at, key, recovered });
  }

  private settle(
    complaint: Complaint | undefined,
    at: { crash: Crash; place: Place; key: number; recovered: Recovered<State> },
  ): MaybePromise<Failure | undefined> {
    const { crash, place, key, recovered } = at;
    const crashes = [...place.crashes, { ...crash, fates: crash.fates.slice() }];
    if (complaint) {
      const failure: Failure = { complaint, crashes, marks: place.marks, key };
      return this.how.isEnough(failure) ? failure : undefined;
    }
    if (place.left === 0 || !recovered.recording) return undefined;
    return this.inRecovery(recovered.recording, { ...place, crashes, left: place.left - 1 });
  }
}

/** Where in a row of crashes the explorer is. */
export interface Place {
  readonly crashes: readonly Crash[];
  readonly marks: readonly Mark[];
  /** How many further crashes may follow. */
  readonly left: number;
}
