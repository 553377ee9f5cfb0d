import type { CompositeName, Operation } from '../interceptor.js';
import type { Primitives } from '../primitives.js';
import type { AsyncName, Gate } from './gate.js';
import type { Timers } from './timers.js';

/** One primitive that a script asks for, a promise it waits for, or a pause. */
export type Step =
  | { readonly kind: 'call'; readonly name: AsyncName; readonly args: readonly unknown[] }
  | { readonly kind: 'await'; readonly promise: Promise<unknown> }
  | { readonly kind: 'sleep'; readonly ms: number };

/**
 * A composite call written once for its three forms: it yields the primitives in their order and
 * is resumed with their results, or with what they threw.
 */
export type Script<T> = Generator<Step, T, unknown>;

/** Asks for one primitive. */
export function* call<Name extends AsyncName>(
  name: Name,
  ...args: Parameters<Primitives[Name]>
): Generator<Step, ReturnType<Primitives[Name]>, unknown> {
  return (yield { kind: 'call', name, args }) as ReturnType<Primitives[Name]>;
}

/** Waits for a promise; only scripts that run asynchronously may. */
export function* waitFor<T>(promise: Promise<T>): Script<T> {
  return (yield { kind: 'await', promise }) as T;
}

/** Pauses before a retry. */
export function* pause(ms: number): Script<void> {
  yield { kind: 'sleep', ms };
}

/** Runs scripts through the gate. */
export class Runner {
  private readonly gate: Gate;
  private readonly timers: Timers;

  constructor(gate: Gate, timers: Timers) {
    this.gate = gate;
    this.timers = timers;
  }

  sync<T>(within: CompositeName | undefined, script: Script<T>): T {
    let next = script.next();
    while (!next.done) {
      let result: unknown;
      try {
        result = this.stepSync(next.value, within);
      } catch (error) {
        next = script.throw(error);
        continue;
      }
      next = script.next(result);
    }
    return next.value;
  }

  async async<T>(
    origin: { form: Exclude<Operation['form'], 'sync'>; within?: CompositeName },
    script: Script<T>,
  ): Promise<T> {
    let next = script.next();
    while (!next.done) {
      const step = next.value;
      let result: unknown;
      try {
        if (step.kind === 'call') {
          result = await this.gate.async(step.name, step.args as never, origin);
        } else if (step.kind === 'await') result = await step.promise;
        else await this.sleep(step.ms);
      } catch (error) {
        next = script.throw(error);
        continue;
      }
      next = script.next(result);
    }
    return next.value;
  }

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.timers.start(resolve, { ms, keepsAlive: true });
    });
  }

  private stepSync(step: Step, within: CompositeName | undefined): unknown {
    if (step.kind === 'call') return this.gate.sync(step.name, step.args as never, within);
    if (step.kind === 'sleep') return this.timers.block(step.ms);
    throw new TypeError('a synchronous call cannot wait for a promise');
  }
}
