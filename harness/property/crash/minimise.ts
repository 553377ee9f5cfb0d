import { type Fates, kept, lost } from '../../faults/durability/crashStates.js';
import { type Crash, type ExploreHow, Explorer, type Failure, type Place } from './explore.js';
import { marksBefore } from './marks.js';

const mostSubsets = 2048;

/**
 * The same broken invariant with an earlier crash and fewer lost or torn effects, crash by crash
 * where there are several in a row.
 */
export async function minimise<State>(failure: Failure, how: ExploreHow<State>): Promise<Failure> {
  let best = failure;
  for (let depth = 0; depth < best.crashes.length; depth++) {
    best = await new Minimiser(best, depth, how).minimise();
  }
  return best;
}

class Minimiser<State> {
  private best: Failure;
  private readonly depth: number;
  private readonly how: ExploreHow<State>;

  constructor(failure: Failure, depth: number, how: ExploreHow<State>) {
    this.best = failure;
    this.depth = depth;
    const { invariant } = failure.complaint;
    this.how = { ...how, isEnough: (other) => other.complaint.invariant === invariant };
  }

  async minimise(): Promise<Failure> {
    await this.earlier();
    await this.fewer();
    await this.plainer();
    return this.best;
  }

  private get crash(): Crash {
    return this.best.crashes[this.depth] as Crash;
  }

  private async earlier(): Promise<void> {
    const { fates } = this.crash;
    for (let point = this.depth === 0 ? 0 : 1; point < fates.length; point++) {
      if (await this.succeeds(point, fates.slice(0, point))) return;
    }
  }

  /** Searches the subsets of what was lost or torn by size, so the first found is a smallest. */
  private async fewer(): Promise<void> {
    const { fates, point } = this.crash;
    const changed = [...fates.keys()].filter((index) => fates[index] !== kept);
    if (2 ** changed.length > mostSubsets) return this.fewerOneByOne(changed);
    const masks = Array.from({ length: 2 ** changed.length - 1 }, (_, mask) => mask);
    masks.sort((a, b) => bitsOf(a) - bitsOf(b));
    for (const mask of masks) {
      const next = new Uint8Array(point).fill(kept);
      changed.forEach((index, bit) => {
        if (mask & (1 << bit)) next[index] = fates[index] as number;
      });
      if (await this.succeeds(point, next)) return;
    }
  }

  private async fewerOneByOne(changed: readonly number[]): Promise<void> {
    for (const index of changed) await this.succeeds(this.crash.point, this.with(index, kept));
  }

  /** Lost is plainer than torn. */
  private async plainer(): Promise<void> {
    for (const [index, fate] of this.crash.fates.entries()) {
      if (fate > kept) await this.succeeds(this.crash.point, this.with(index, lost));
    }
  }

  private with(index: number, fate: number): Fates {
    const next = this.crash.fates.slice();
    next[index] = fate;
    return next;
  }

  private async succeeds(point: number, fates: Fates): Promise<boolean> {
    const { recording, states } = this.crash;
    if (!states.isLegal(point, fates)) return false;
    const place: Place = {
      crashes: this.best.crashes.slice(0, this.depth),
      marks: this.depth === 0 ? marksBefore(recording, point) : this.best.marks,
      left: this.best.crashes.length - 1 - this.depth,
    };
    const found = await new Explorer(this.how).revisit({ recording, states, point, fates }, place);
    if (found) this.best = found;
    return found !== undefined;
  }
}

function bitsOf(mask: number): number {
  let bits = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) bits++;
  return bits;
}
