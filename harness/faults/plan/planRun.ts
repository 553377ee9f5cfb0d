import { resolve } from 'node:path';
import { operationError } from '../fileSystem/syscalls.js';
import type { Interceptor, Operation } from '../interceptor.js';
import { CallSites } from './callSite.js';
import { CrashError } from './crashError.js';
import { type Decision, decide, type Ending } from './decision.js';
import type { FaultClock } from './faultClock.js';
import { type FaultPlan, type FaultRule, faultPlan } from './faultPlan.js';
import { matchablePath } from './glob.js';
import { RuleState } from './ruleState.js';
import { effectText } from './ruleText.js';
import { LiveEntry, type TraceEntry } from './trace.js';

/** What a plan needs of the world around it. */
export interface PlanSurroundings {
  readonly clock: FaultClock;
  /** Called when a sync fails so that its pages count as clean: a crash model drops their bytes. */
  readonly onSyncLost?: (operation: Operation) => void;
}

type Args = readonly unknown[];

/** What an operation under a plan does next: wait, or proceed with these arguments. */
type Step = { readonly waitMs: number } | { readonly args: Args };
type Steps<T> = Generator<Step, T, unknown>;

/**
 * A plan being carried out: its rules with their counts, and the trace of every operation. One run
 * may stand between several file systems and their callers; it counts over all of them.
 */
export class PlanRun implements Interceptor {
  private readonly seed: number;
  private readonly surroundings: PlanSurroundings;
  private readonly live: RuleState[] = [];
  private readonly entries: LiveEntry[] = [];
  private readonly sites = new CallSites();
  private writtenBytes = 0;
  private crashedAt: number | undefined;
  private isLifted = false;

  /** @throws FlakehoundError as {@link faultPlan} */
  constructor(plan: FaultPlan, surroundings: PlanSurroundings) {
    this.seed = plan.seed;
    this.surroundings = surroundings;
    for (const rule of faultPlan(plan).rules) this.append(rule);
  }

  /** The rules so far, as data. */
  get plan(): FaultPlan {
    return { seed: this.seed, rules: this.live.map(({ rule }) => rule) };
  }

  /** The rules with their counts. */
  get states(): readonly RuleState[] {
    return this.live;
  }

  get trace(): readonly TraceEntry[] {
    return this.entries;
  }

  /** Whether the world has stopped. */
  get hasCrashed(): boolean {
    return this.crashedAt !== undefined;
  }

  /** The world goes on after a crash: operations have effects again. */
  restart(): void {
    this.crashedAt = undefined;
  }

  /** From now on no fault falls on any operation, and none counts. */
  lift(): void {
    this.isLifted = true;
  }

  /**
   * Adds a rule, which counts the operations from now on.
   *
   * @throws FlakehoundError as {@link faultPlan}
   */
  add(rule: FaultRule): void {
    const checked = faultPlan({ seed: this.seed, rules: [...this.plan.rules, rule] });
    for (const added of checked.rules.slice(this.live.length)) this.append(added);
  }

  sync<T>(operation: Operation, proceed: (args?: Args) => T): T {
    const steps = this.steps<T>(operation);
    let next = steps.next();
    while (!next.done) {
      let result: unknown;
      try {
        const step = next.value;
        result = 'args' in step ? proceed(step.args) : this.surroundings.clock.block(step.waitMs);
      } catch (error) {
        next = steps.throw(error);
        continue;
      }
      next = steps.next(result);
    }
    return next.value;
  }

  async async<T>(operation: Operation, proceed: (args?: Args) => Promise<T>): Promise<T> {
    const steps = this.steps<T>(operation);
    let next = steps.next();
    while (!next.done) {
      let result: unknown;
      try {
        const step = next.value;
        const { clock } = this.surroundings;
        result = await ('args' in step ? proceed(step.args) : clock.sleep(step.waitMs));
      } catch (error) {
        next = steps.throw(error);
        continue;
      }
      next = steps.next(result);
    }
    return next.value;
  }

  private append(rule: FaultRule): void {
    // Draws go by a rule's content, so that rules added or removed before it don't shift them.
    const content = JSON.stringify(rule);
    const twins = this.live.filter((state) => JSON.stringify(state.rule) === content).length;
    this.live.push(new RuleState(rule, { seed: this.seed, name: `${content}#${twins}` }));
  }

  private *steps<T>(operation: Operation): Steps<T> {
    const { clock } = this.surroundings;
    const site = this.sites.of(operation);
    const at = { ordinal: this.entries.length + 1, startedAt: clock.now(), site };
    const entry = new LiveEntry(operation, at);
    this.entries.push(entry);
    try {
      const result = yield* this.carryOut<T>(operation, entry);
      if (operation.name === 'open') this.sites.noteOpened(result as number, site);
      if (operation.name === 'close') this.sites.noteClosed(operation.fd as number);
      entry.succeeded(result, clock.now());
      return result;
    } catch (error) {
      entry.failed(error, clock.now());
      throw error;
    }
  }

  private *carryOut<T>(operation: Operation, entry: LiveEntry): Steps<T> {
    if (this.hasCrashed) return yield* this.refuse(operation);
    const decision = this.decide(operation);
    for (const { rule } of decision.firing) entry.struck(effectText(rule.effect));
    if (decision.delayMs > 0) yield { waitMs: decision.delayMs };
    const { ending } = decision;
    let written = 0;
    try {
      // The world may have stopped during the delay.
      if (this.hasCrashed) return yield* this.refuse(operation);
      if (ending !== undefined) return yield* this.end({ operation, entry, ending: ending.effect });
      const result = yield { args: limited(operation.args, decision.limit) };
      if (operation.name === 'write') written = result as number;
      this.writtenBytes += written;
      return result as T;
    } finally {
      if (decision.room !== undefined) {
        decision.room.state.roomBytes += decision.room.bytes - written;
      }
    }
  }

  private decide(operation: Operation): Decision {
    const isTransfer = operation.name === 'read' || operation.name === 'write';
    const length = isTransfer ? (operation.args[lengthAt] as number) : undefined;
    return decide(this.speaking(operation), length);
  }

  private speaking(operation: Operation): RuleState[] {
    if (this.isLifted) return [];
    let paths: string[] | undefined;
    return this.live.filter((state) => {
      if (this.writtenBytes < (state.rule.afterBytes ?? 0)) return false;
      if (state.rule.path !== undefined) paths ??= pathsOf(operation);
      return state.speaksOf(operation, paths ?? []);
    });
  }

  private *end(how: { operation: Operation; entry: LiveEntry; ending: Ending }): Steps<never> {
    const { operation, entry, ending } = how;
    switch (ending.kind) {
      case 'crash':
        this.crashedAt = entry.ordinal;
        return yield* this.refuse(operation);
      case 'tear':
        yield* this.tear(operation, ending.bytes);
        throw operationError(operation, ending.code);
      case 'diskFull':
        throw operationError(operation, 'ENOSPC');
      case 'loseSync':
        this.surroundings.onSyncLost?.(operation);
        throw operationError(operation, ending.code);
      case 'fail':
        // As on Linux: a close that fails has freed its descriptor all the same.
        if (operation.name === 'close') yield { args: operation.args };
        throw operationError(operation, ending.code);
    }
  }

  private *tear(operation: Operation, bytes: number): Steps<void> {
    const until = Math.min(bytes, operation.args[lengthAt] as number);
    for (let done = 0; done < until; ) {
      const written = (yield { args: part(operation.args, done, until) }) as number;
      if (written === 0) return;
      done += written;
      this.writtenBytes += written;
    }
  }

  private *refuse(operation: Operation): Steps<never> {
    // A dead process holds no descriptors, and this one goes on.
    if (operation.name === 'close') yield { args: operation.args };
    throw new CrashError(operation.name, this.crashedAt ?? 0);
  }
}

/** Stands between a file system and its callers as the plan says. */
export function planInterceptor(plan: FaultPlan, surroundings: PlanSurroundings): PlanRun {
  return new PlanRun(plan, surroundings);
}

/** Of the arguments of read and write: (fd, bytes, offset, length, position). */
const lengthAt = 3;

function limited(args: Args, limit: number | undefined): Args {
  if (limit === undefined || limit >= (args[lengthAt] as number)) return args;
  return args.map((arg, at) => (at === lengthAt ? limit : arg));
}

/** Of a write, the bytes from `from` to `until` alone. */
function part(args: Args, from: number, until: number): Args {
  const [fd, bytes, offset, , position] = args as [number, unknown, number, number, unknown];
  const at =
    typeof position === 'number'
      ? position + from
      : typeof position === 'bigint'
        ? position + BigInt(from)
        : position;
  return [fd, bytes, offset + from, until - from, at];
}

function pathsOf({ path, dest }: Operation): string[] {
  return [path, dest].flatMap((p) => (p === undefined ? [] : [matchablePath(p, resolve)]));
}
