import { isDeepStrictEqual } from 'node:util';
import { printCode } from '../../../harness/property/arbitraries/printCode.js';
import type {
  JobOutcome,
  JobScript,
  JobStep,
  JobWrite,
  WorkloadWorld,
} from '../../../harness/property/index.js';
import { jobScript, jobStoreContents, runJobScript } from '../../../harness/property/index.js';
import { FlakehoundError } from '../../../src/errors.js';
import type { JobStore } from '../../../src/jobs/jobStore.js';
import { openStore } from '../../../src/openStore.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { emptyModelState, type ModelState } from '../../support/modelState.js';
import { modelStore } from '../../support/modelStore.js';
import { canon, canonApart } from './canon.js';
import { type WorkMachine, workMachine } from './crashPlatforms.js';
import { zombieType } from './look.js';
import { backupIn, smallStore, storeIn } from './settings.js';

/** What a store may show once so many calls have begun. */
export interface Stage {
  readonly text: string;
  /** The same, whatever the order of different jobs' logs. */
  readonly apart: string;
  readonly state: ModelState;
  /** What it may show too while the call that led here is in flight; of a call that was refused. */
  readonly also: string | undefined;
}

/** One call of a script, and what came of it. */
export interface CallMade {
  readonly step: JobStep;
  outcome: JobOutcome | undefined;
  /** Refused by the disk, not by the rules of jobs. */
  isRejected: boolean;
}

/** How a course is run. */
export interface CourseHow {
  readonly script: JobScript;
  readonly options?: StoreOptions;
  /** The disk is made to fail: calls may be rejected, and the script then ends at an unknown outcome. */
  readonly isFaulty?: boolean;
  /** Old owners that were taken for dead try to write. */
  readonly hasZombies?: boolean;
}

/** A write of an owner that was taken for dead. */
export interface Zombie {
  readonly id: string;
  outcome: 'acknowledged' | 'rejected' | undefined;
}

/**
 * A script on its way through a store, with a model beside it. Once it has run, `stages` tells what
 * may be seen: stage n is what a model shows when n calls have been made.
 */
export class Course {
  readonly how: CourseHow;
  calls: CallMade[] = [];
  stages: Stage[] = [];
  zombies: Zombie[] = [];
  /** The epoch of each open. */
  epochs: number[] = [];
  /** Jobs that were looked at between two calls, as a full or broken disk must let them. */
  looks = 0;

  constructor(how: CourseHow) {
    this.how = how;
  }

  /** The workload: to be run on a recorded disk. */
  readonly run = async (world: WorkloadWorld): Promise<void> => {
    this.calls = [];
    this.zombies = [];
    this.epochs = [];
    const start = emptyModelState();
    this.stages = [stageOf(start)];
    await new CourseRun(this, world, start).run();
  };
}

/** A state that doesn't change any more. */
function stageOf(state: ModelState, also?: string): Stage {
  const contents = { jobs: [...state.jobs.values()], logs: [...state.logs] };
  const [text, apart] = [canon(contents), canonApart(contents)];
  return { text, apart, also, state: { ...state, jobs: new Map(state.jobs), logs: contents.logs } };
}

class CourseRun {
  private readonly course: Course;
  private readonly world: WorkloadWorld;
  private readonly machine: WorkMachine;
  private readonly state: ModelState;
  private store!: JobStore;
  private model!: JobStore & { abandon(): void };
  private made = 0;
  private isOver = false;

  constructor(course: Course, world: WorkloadWorld, state: ModelState) {
    this.course = course;
    this.world = world;
    this.state = state;
    this.machine = workMachine(world.fs);
  }

  async run(): Promise<void> {
    this.store = await this.open();
    this.model = this.openModel();
    for (const step of this.course.how.script) {
      if (this.isOver) break;
      this.machine.clock.jump(7);
      await this.step(step);
      if (!this.isOver) await this.compare(step);
    }
    // What goes on in the background is recorded too.
    await this.machine.clock.turns(60);
  }

  private async step(step: JobStep): Promise<void> {
    const calls = step[0] === 'together' ? [...step[1]] : [step];
    const first = this.made;
    for (const call of calls) {
      this.course.calls.push({ step: call, outcome: undefined, isRejected: false });
    }
    this.made += calls.length;
    const single = jobScript([step]);
    const { store } = await runJobScript(single, {
      store: this.store,
      reopen: () => this.open(),
      crash: (old) => this.takeOver(old),
      advance: () => undefined,
      backupPath: backupIn(this.world.dir),
      begins: (call) => this.world.started(`call ${first + call}`),
      ended: (call, outcome) => this.ended(first + call, outcome),
    });
    this.store = store;
    const isLost =
      (step[0] === 'reopen' || step[0] === 'crash') && this.course.calls[first]!.isRejected;
    if (isLost) this.store = await this.open();
    await this.follow(step, first);
  }

  private ended(number: number, outcome: JobOutcome): void {
    const call = this.course.calls[number]!;
    call.outcome = outcome;
    const { kind } = outcome;
    call.isRejected = kind === 'refused' && !outcome.code.startsWith('JOB_');
    if (!call.isRejected) {
      // What is only noted is acknowledged without having been written.
      if (call.step[0] !== 'updateLater') this.world.acknowledge(`call ${number}`, number);
      return;
    }
    if (!this.course.how.isFaulty) {
      throw new Error(`call ${number} ${printCode(call.step)} was refused: ${printCode(outcome)}`);
    }
    const isUnknown = kind === 'refused' && outcome.code === 'STORE_OUTCOME_UNKNOWN';
    this.isOver ||= isUnknown;
    // A rejected flush leaves its updates to a later one, or to a recovery file.
    if (!isUnknown && !isKept(call.step)) this.world.acknowledge(`call ${number}`, number);
  }

  /** The model does what the store has done. */
  private async follow(step: JobStep, first: number): Promise<void> {
    const call = this.course.calls[first]!;
    if (call.isRejected && !isKept(step)) {
      const fork = { ...this.state, jobs: new Map(this.state.jobs), logs: [...this.state.logs] };
      const twin = modelStore({ clock: this.machine.clock, state: fork, flushMs: 200 });
      await runJobScript(jobScript([step]), { store: twin });
      this.course.stages.push(stageOf(this.state, stageOf(fork).text));
      return;
    }
    const ran = await runJobScript(jobScript([step]), {
      store: this.model,
      reopen: () => this.openModel(),
      crash: () => {
        this.model.abandon();
        return this.openModel();
      },
      advance: () => undefined,
      backupPath: '/backup',
      made: () => this.course.stages.push(stageOf(this.state)),
    });
    this.model = ran.store as JobStore & { abandon(): void };
    if (step[0] === 'reopen' || step[0] === 'crash') {
      this.course.stages.splice(-1, 1, stageOf(this.state));
    }
    ran.outcomes.forEach((outcome, at) => {
      const actual = this.course.calls[first + at]!;
      if (actual.isRejected || isDeepStrictEqual(actual.outcome, outcome)) return;
      throw new Error(
        `call ${first + at} ${printCode(actual.step)} came to ${printCode(actual.outcome)}, and with the model to ${printCode(outcome)}`,
      );
    });
  }

  /** Reads work at any time, on a disk that is full too, and show what is acknowledged. */
  private async compare(step: JobStep): Promise<void> {
    const { jobs, logs } = await jobStoreContents(this.store);
    const shown = canon({ jobs: jobs.filter(({ type }) => type !== zombieType), logs });
    this.course.looks++;
    // What is only noted, or waits in a recovery file, is not shown yet.
    if (this.course.calls.at(-1)!.isRejected && isKept(step)) return;
    if (shown === this.course.stages.at(-1)!.text) return;
    if (step[0] === 'updateLater') return;
    throw new Error(
      `after ${printCode(step)} the store shows\n${shown}\nand the model\n${this.course.stages.at(-1)!.text}`,
    );
  }

  private async open(): Promise<JobStore> {
    const { clock } = this.machine;
    const open = async (): Promise<JobStore> =>
      clock.drive(
        openStore(storeIn(this.world.dir), {
          ...smallStore,
          ...this.course.how.options,
          platform: this.machine.process(),
        }),
        1,
      );
    const store = await (this.course.how.isFaulty === true ? insisting(open) : open());
    this.course.epochs.push((await store.health()).epoch);
    this.world.acknowledge(`open ${this.course.epochs.length}`, undefined);
    return store;
  }

  private openModel(): JobStore & { abandon(): void } {
    return modelStore({ clock: this.machine.clock, state: this.state, flushMs: 200 });
  }

  /** Another process takes the store over; the old one, taken for dead, writes all the same. */
  private async takeOver(old: JobStore): Promise<JobStore> {
    if (!this.course.how.hasZombies) return this.open();
    const early = this.haunt(old);
    const store = await this.open();
    await early;
    await this.haunt(old);
    return store;
  }

  private async haunt(old: JobStore): Promise<void> {
    const zombie: Zombie = { id: `zombie ${this.course.zombies.length}`, outcome: undefined };
    this.course.zombies.push(zombie);
    this.world.started(zombie.id);
    try {
      await old.create({ id: zombie.id, type: zombieType });
      zombie.outcome = 'acknowledged';
      this.world.acknowledge(zombie.id, 'acknowledged');
    } catch {
      zombie.outcome = 'rejected';
    }
  }
}

/** Faults that fail an open pass: nobody needs more tries than they have times. */
const mostTries = 8;

async function insisting<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries === mostTries || !(error instanceof FlakehoundError)) throw error;
    }
  }
}

/** Whether what a rejected call should have written is kept for another try. */
function isKept(step: JobStep | JobWrite): boolean {
  return step[0] === 'flush' || step[0] === 'reopen' || step[0] === 'crash';
}
