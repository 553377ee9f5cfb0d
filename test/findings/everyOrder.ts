import type { Interceptor } from '../../harness/faults/interceptor.js';

/** Lets waiting operations go on one at a time, in the order decided. */
export class Turns {
  /** Decisions made: how many waited, and which went on. */
  readonly made: { readonly waiting: number; readonly chosen: number }[] = [];
  private readonly decisions: readonly number[];
  private readonly waiting: (() => Promise<void>)[] = [];

  constructor(decisions: readonly number[]) {
    this.decisions = decisions;
  }

  /** Holds every asynchronous operation back until its turn. */
  readonly interceptor: Interceptor = {
    sync: (_operation, proceed) => proceed(),
    async: (_operation, proceed) =>
      new Promise((resolve, reject) => {
        this.waiting.push(() => proceed().then(resolve, reject));
      }),
  };

  /** Gives turns until the work has settled. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    while (!isOver) {
      await new Promise((done) => setImmediate(done));
      if (this.waiting.length > 0) await this.waiting.splice(this.choose(), 1)[0]?.();
    }
    return work;
  }

  private choose(): number {
    const waiting = this.waiting.length;
    if (waiting === 1) return 0;
    const chosen = this.decisions[this.made.length] ?? 0;
    this.made.push({ waiting, chosen });
    return chosen;
  }
}

/**
 * Plays once for every order in which the operations can come.
 *
 * @param begin - decisions that all of the orders begin with
 */
export async function everyOrder<T>(
  play: (turns: Turns) => Promise<T>,
  begin: readonly number[] = [],
): Promise<T[]> {
  const results: T[] = [];
  for (let decisions: readonly number[] | undefined = begin; decisions !== undefined; ) {
    const turns = new Turns(decisions);
    results.push(await play(turns));
    decisions = nextDecisions(turns, begin.length);
  }
  return results;
}

/** The same up to the last decision that could be another, and the next choice there. */
function nextDecisions({ made }: Turns, fixed: number): number[] | undefined {
  const last = made.findLastIndex(({ waiting, chosen }) => chosen + 1 < waiting);
  if (last < fixed) return undefined;
  const kept = made.slice(0, last + 1).map(({ chosen }) => chosen);
  return [...kept.slice(0, -1), (kept[last] as number) + 1];
}
