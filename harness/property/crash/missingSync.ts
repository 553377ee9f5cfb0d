import { kept } from '../../faults/durability/crashStates.js';
import { type Effect, inodesOf } from '../../faults/durability/effects.js';
import type { Ino } from '../../faults/durability/nodes.js';
import type { Recording } from '../../faults/durability/recording.js';
import { type Crash, type ExploreHow, Explorer, type Failure } from './explore.js';

/** A sync that could be added. */
export interface AddedSync {
  /** Just after the effect of that index. */
  readonly after: number;
  readonly ino: Ino;
}

/** What explains a failure. */
export type Explanation =
  /** With these syncs the invariant holds after every crash; several are of one call site. */
  | { readonly kind: 'missingSync'; readonly syncs: readonly AddedSync[]; readonly cures: 'all' }
  /** With this sync the failure vanishes, but others break the same invariant. */
  | { readonly kind: 'missingSync'; readonly syncs: readonly AddedSync[]; readonly cures: 'this' }
  /** A write arrives in part, and no sync can help. */
  | { readonly kind: 'tornWrite'; readonly effect: number }
  /** Nothing was lost: a crash at that point is enough. */
  | { readonly kind: 'order' }
  /** Something was lost, and no single sync can help. */
  | { readonly kind: 'unexplained' };

/**
 * Finds the first single sync, or the syncs after every call of one call site, under which the
 * failure vanishes, by visiting every crash state again with them.
 *
 * @param failure - minimised
 */
export async function explain<State>(
  failure: Failure,
  how: ExploreHow<State>,
): Promise<Explanation> {
  const depth = failure.crashes.findLastIndex(hasChanges);
  const crash = failure.crashes[depth];
  if (!crash) return { kind: 'order' };
  const trial = new Trial(failure, depth, how);
  const singles = candidatesOf(crash);
  const { invariant } = failure.complaint;
  const isSame = (other: Failure) => other.complaint.invariant === invariant;
  for (const sync of singles) {
    if (await trial.cures([sync], isSame))
      return { kind: 'missingSync', syncs: [sync], cures: 'all' };
  }
  for (const syncs of bySite(singles, crash.recording)) {
    if (await trial.cures(syncs, isSame)) return { kind: 'missingSync', syncs, cures: 'all' };
  }
  const isThis = (other: Failure) =>
    isSame(other) && other.key === failure.key && other.marks.length === failure.marks.length;
  for (const sync of singles) {
    if (await trial.cures([sync], isThis)) {
      return { kind: 'missingSync', syncs: [sync], cures: 'this' };
    }
  }
  const torn = crash.fates.findIndex((fate, at) => crash.states.partOf(at, fate)?.kind === 'torn');
  return torn >= 0 ? { kind: 'tornWrite', effect: torn } : { kind: 'unexplained' };
}

class Trial<State> {
  private readonly failure: Failure;
  private readonly depth: number;
  private readonly how: ExploreHow<State>;

  constructor(failure: Failure, depth: number, how: ExploreHow<State>) {
    this.failure = failure;
    this.depth = depth;
    this.how = how;
  }

  async cures(
    syncs: readonly AddedSync[],
    isEnough: (failure: Failure) => boolean,
  ): Promise<boolean> {
    const { crashes, marks } = this.failure;
    const crash = crashes[this.depth] as Crash;
    const recording = withSyncs(crash.recording, syncs);
    const explorer = new Explorer({ ...this.how, isEnough });
    const left = this.how.bound.recoveryCrashes - this.depth;
    const place = { crashes: crashes.slice(0, this.depth), marks, left };
    const failure =
      this.depth === 0
        ? await explorer.explore(recording)
        : await explorer.inRecovery(recording, place);
    return failure === undefined && !explorer.tally.isCutShort;
  }
}

/** A sync does most right after a change, so only there: of what the crash lost first. */
function candidatesOf(crash: Crash): AddedSync[] {
  const { recording, states, point, fates } = crash;
  const hurt = new Set(
    recording.effects.flatMap((effect, at) =>
      at < point && fates[at] !== kept ? inodesOf(effect) : [],
    ),
  );
  const all = recording.effects.flatMap((effect, after) =>
    Number.isFinite(states.durable.whole[after]) && states.durable.whole[after] === after
      ? []
      : inodesOf(effect).map((ino): AddedSync => ({ after, ino })),
  );
  return [...all.filter(({ ino }) => hurt.has(ino)), ...all.filter(({ ino }) => !hurt.has(ino))];
}

function bySite(singles: readonly AddedSync[], recording: Recording): AddedSync[][] {
  const groups = new Map<string, AddedSync[]>();
  for (const sync of singles) {
    const effect = recording.effects[sync.after] as Effect;
    const step = recording.steps[sync.after];
    const key = `${step?.site?.text} ${step?.call} ${effect.kind === 'entries'}`;
    groups.set(key, [...(groups.get(key) ?? []), sync]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

function withSyncs(recording: Recording, syncs: readonly AddedSync[]): Recording {
  const effects: Effect[] = [];
  const steps: Recording['steps'][number][] = [];
  recording.effects.forEach((effect, at) => {
    effects.push(effect);
    steps.push(recording.steps[at]);
    for (const { after, ino } of syncs) {
      if (after !== at) continue;
      effects.push({ kind: 'sync', ino, reach: 'all' });
      steps.push(recording.steps[at]);
    }
  });
  return { ...recording, effects, steps };
}

function hasChanges(crash: Crash): boolean {
  return crash.fates.some((fate) => fate !== kept);
}
