import type { Operation } from '../../../../harness/faults/interceptor.js';
import type { FaultClock } from '../../../../harness/faults/plan/faultClock.js';
import type { FaultRule } from '../../../../harness/faults/plan/faultPlan.js';
import { PlanRun } from '../../../../harness/faults/plan/planRun.js';

/** A clock that moves only by what is waited for. */
export function steppingClock(): FaultClock & { waits: string[] } {
  let now = 0;
  const waits: string[] = [];
  return {
    waits,
    now: () => now,
    async sleep(ms) {
      waits.push(`sleep ${ms}`);
      now += ms;
    },
    block(ms) {
      waits.push(`block ${ms}`);
      now += ms;
    },
  };
}

/** A run of these rules. */
export function runOf(...rules: FaultRule[]): PlanRun {
  return new PlanRun({ seed: 1, rules }, { clock: steppingClock() });
}

/** An operation about to happen, of a synchronous call on `/data/jobs.json` unless told. */
export function operation(name: Operation['name'], given: Partial<Operation> = {}): Operation {
  return {
    name,
    syscall: name,
    path: '/data/jobs.json',
    form: 'sync',
    args: given.path === undefined ? ['/data/jobs.json'] : [given.path],
    ...given,
  };
}

/** A write of `text` at `position` to descriptor 7. */
export function writeOf(text: string, position: number | null = null): Operation {
  return operation('write', {
    fd: 7,
    args: [7, Buffer.from(text), 0, Buffer.byteLength(text), position],
  });
}

/** A file that takes writes as the operating system would, all at once unless told. */
export class FakeFile {
  text = '';
  readonly calls: (readonly unknown[])[] = [];
  private readonly mostBytes: number;

  constructor(mostBytes = Number.POSITIVE_INFINITY) {
    this.mostBytes = mostBytes;
  }

  /** What a plan proceeds to; `asked` is the operation as its caller wrote it. */
  accepting(asked: Operation): (args?: readonly unknown[]) => number {
    return (args = asked.args) => {
      this.calls.push(args);
      const [, bytes, offset, length] = args as [number, Buffer, number, number];
      const taken = Math.min(length, this.mostBytes);
      this.text += bytes.toString('utf8', offset, offset + taken);
      return taken;
    };
  }
}

/** What a call threw, as `CODE` or the error's name; `ok` if nothing. */
export function outcomeOf(call: () => unknown): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return code ?? name;
  }
}
