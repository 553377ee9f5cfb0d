import { kept } from '../../faults/durability/crashStates.js';
import type { Recording } from '../../faults/durability/recording.js';
import { type Crash, type ExploreHow, Explorer, type Failure } from './explore.js';
import { marksBefore } from './marks.js';

const mostTrials = 2000;

/**
 * The effects before the first crash that a failure needs, by index. Without the others the same
 * invariant still breaks, and holds when there is no crash; a sync stays as long as anything that
 * it made durable.
 */
export async function neededEffects<State>(
  failure: Failure,
  how: ExploreHow<State>,
): Promise<ReadonlySet<number>> {
  const crash = failure.crashes[0] as Crash;
  const shortener = new Shortener(failure, crash, how);
  return new Set((await shortener.shorten()).filter((index) => index < crash.point));
}

class Shortener<State> {
  private readonly failure: Failure;
  private readonly crash: Crash;
  private readonly how: ExploreHow<State>;
  private trials = 0;

  constructor(failure: Failure, crash: Crash, how: ExploreHow<State>) {
    this.failure = failure;
    this.crash = crash;
    const { invariant } = failure.complaint;
    this.how = { ...how, isEnough: (other) => other.complaint.invariant === invariant };
  }

  async shorten(): Promise<number[]> {
    let needed = [...this.crash.recording.effects.keys()];
    for (let size = needed.length; size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < needed.length; ) {
        const without = needed.filter((_, at) => at < from || at >= from + size);
        if (await this.isEnough(without)) needed = without;
        else from += size;
      }
    }
    return needed;
  }

  private async isEnough(indices: readonly number[]): Promise<boolean> {
    if (this.trials++ >= mostTrials || !this.keepsSyncs(indices)) return false;
    const recording = selected(this.crash.recording, indices);
    try {
      return (await this.breaks(recording, indices)) && (await this.holdsUnbroken(recording));
    } catch {
      // An effect on what an effect left out had made: these indices are no script at all.
      return false;
    }
  }

  /** No effect has lost the sync that made it durable. */
  private keepsSyncs(indices: readonly number[]): boolean {
    const present = new Set(indices);
    const { durable } = this.crash.states;
    return indices.every((index) =>
      [durable.whole[index] as number, durable.newName[index] as number].every(
        (sync) => !Number.isFinite(sync) || present.has(sync),
      ),
    );
  }

  private async breaks(recording: Recording, indices: readonly number[]): Promise<boolean> {
    const fates = Uint8Array.from(
      indices.filter((index) => index < this.crash.point),
      (index) => this.crash.fates[index] as number,
    );
    const lostLess = this.crash.fates.some((fate, at) => fate !== kept && !indices.includes(at));
    const explorer = new Explorer(this.how);
    const states = explorer.statesOf(recording, 0);
    const point = fates.length;
    if (lostLess || !states.isLegal(point, fates)) return false;
    const left = this.failure.crashes.length - 1;
    const place = { crashes: [], marks: marksBefore(recording, point), left };
    return (await explorer.revisit({ recording, states, point, fates }, place)) !== undefined;
  }

  private async holdsUnbroken(recording: Recording): Promise<boolean> {
    const explorer = new Explorer(this.how);
    const states = explorer.statesOf(recording, 0);
    const point = recording.effects.length;
    const fates = new Uint8Array(point).fill(kept);
    const place = { crashes: [], marks: marksBefore(recording, point), left: 0 };
    return (await explorer.revisit({ recording, states, point, fates }, place)) === undefined;
  }
}

function selected(recording: Recording, indices: readonly number[]): Recording {
  return {
    ...recording,
    effects: indices.map((index) => recording.effects[index] as Recording['effects'][number]),
    steps: indices.map((index) => recording.steps[index]),
  };
}
