import { FlakehoundError, type JobStore } from '../../../src/index.js';
import { openStore } from '../../../src/openStore.js';
import { ask, firstLie } from './answers.js';
import { type Draw, drawFrom } from './draw.js';
import { imageFiles } from './imageFiles.js';
import { imagePlatform } from './imagePlatform.js';
import { mutate } from './mutate.js';
import { type Original, originals, tiny } from './originals.js';

/** What opening damaged stores takes. */
export interface FuzzPlan {
  readonly opens: number;
  readonly seed: number;
  /** An open that takes longer hangs. */
  readonly patienceMs: number;
  readonly onOpen?: (tally: FuzzTally) => void;
}

/** What came of it. */
export interface FuzzTally {
  opens: number;
  /** Opened, and every answer was the original's. */
  unharmed: number;
  /** Opened with a report, and every answer was that of an earlier moment. */
  recovered: number;
  /** Opened; some reads answered with a typed error. */
  partly: number;
  /** Not opened, by code. */
  readonly refused: Record<string, number>;
  /** Written to after the damage, opened once more, and nothing changed. */
  again: number;
  slowestMs: number;
  /** Each with the seed that repeats it. */
  readonly broken: string[];
}

/**
 * Opens damaged stores, and holds each answer against what was true. Each open has a seed of its
 * own, that of the plan plus its number, so that one can be repeated alone.
 */
export async function fuzzOpens(plan: FuzzPlan): Promise<FuzzTally> {
  const subjects = await originals();
  const tally: FuzzTally = {
    opens: 0,
    unharmed: 0,
    recovered: 0,
    partly: 0,
    refused: {},
    again: 0,
    slowestMs: 0,
    broken: [],
  };
  let giveUp: (error: Error) => void = () => undefined;
  let since = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - since > plan.patienceMs) giveUp(new Error('it hangs'));
  }, 200);
  try {
    while (tally.opens < plan.opens && tally.broken.length < 5) {
      const seed = plan.seed + tally.opens;
      since = performance.now();
      const draw = drawFrom(seed);
      const subject = subjects[draw(subjects.length)]!;
      const mutant = mutate(subject.image, draw);
      try {
        await new Promise<void>((resolve, reject) => {
          giveUp = reject;
          openOnce(subject, mutant, draw, tally).then(resolve, reject);
        });
      } catch (error) {
        const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
        tally.broken.push(`seed ${seed}, a store ${subject.name}, ${mutant.what}: ${why}`);
      }
      tally.slowestMs = Math.max(tally.slowestMs, performance.now() - since);
      tally.opens++;
      plan.onOpen?.(tally);
    }
  } finally {
    clearInterval(watch);
  }
  return tally;
}

async function openOnce(
  subject: Original,
  mutant: ReturnType<typeof mutate>,
  draw: Draw,
  tally: FuzzTally,
): Promise<void> {
  const mode = draw(2) === 0 ? 'shared' : 'readOnly';
  const world = imageFiles(mutant.image);
  const how = { ...tiny, mode, platform: imagePlatform(world.files, 99) } as const;
  let store: JobStore;
  try {
    store = await openStore('/data', how);
  } catch (error) {
    if (!(error instanceof FlakehoundError)) throw error;
    if (error.hint === '') throw new Error('it was refused without a hint', { cause: error });
    if (world.open > 0) throw new Error(`${world.open} files stay open after ${error.code}`);
    tally.refused[error.code] = (tally.refused[error.code] ?? 0) + 1;
    return;
  }
  const answers = await ask(store, subject.ids);
  const lie = firstLie(answers, mode === 'shared' ? subject.merged : subject.history.at(-1)!);
  const isReported = await reports(store);
  if (lie !== undefined) {
    const isEarlier = [...subject.history, subject.merged].some(
      (then) => firstLie(answers, then) === undefined,
    );
    if (!isEarlier) throw new Error(`a wrong answer: ${lie}`);
    if (!isReported && !mutant.mayErase) throw new Error(`an older answer, unreported: ${lie}`);
    tally.recovered++;
  } else if ([...answers.values()].some((answer) => typeof answer !== 'string')) tally.partly++;
  else tally.unharmed++;
  if (mode === 'shared' && draw(8) === 0) {
    const wrote = await store.create({ id: 'after', type: 'after' }).then(
      () => true,
      () => false,
    );
    const next = imageFiles(world.image());
    const platform = imagePlatform(next.files, 100);
    const reopened = await openStore('/data', { ...tiny, mode: 'readOnly', platform });
    const later = await ask(reopened, ['after', ...subject.ids]);
    const after = later.get('get after');
    if (wrote && after === 'null') throw new Error('a write after the recovery is lost');
    for (const id of subject.ids) {
      const [a, b] = [answers.get(`get ${id}`), later.get(`get ${id}`)];
      if (typeof a === 'string' && typeof b === 'string' && a !== b) {
        throw new Error(`opened again, ${id} is ${b} instead of ${a}`);
      }
    }
    await reopened.close();
    tally.again++;
  }
  await store.close().catch((error: unknown) => {
    if (!(error instanceof FlakehoundError)) throw error;
  });
}

/** Whether the store says that something was lost. It may be too damaged to say anything. */
async function reports(store: JobStore): Promise<boolean> {
  try {
    const { recovery } = await store.health();
    return recovery.tornBytes > 0 || recovery.notes.length > 0;
  } catch (error) {
    if (error instanceof FlakehoundError) return false;
    throw error;
  }
}
