import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { drawFrom } from './draw.js';

/** What contending takes. */
export interface TakeoverPlan {
  readonly dir: string;
  /** The compiled contender. */
  readonly script: string;
  readonly contenders: number;
  readonly rounds: number;
  readonly seed: number;
  readonly onRound?: (tally: TakeoverTally) => void;
}

/** What came of it. */
export interface TakeoverTally {
  rounds: number;
  owners: number;
  /** Owners whose fence stood in the end, as it must where another took over. */
  fenced: number;
  /** Owners that lost the store before they wrote their manifest. */
  late: number;
  readonly broken: string[];
}

/** The time of one owner. */
export interface Reign {
  readonly epoch: number;
  /** When its claim had succeeded, on the machine's one clock. */
  readonly since: bigint;
  /** When the last question to the fence was asked that was answered well. */
  passed: bigint | undefined;
}

/**
 * Lets processes contend for one folder, round by round; those of the rounds before are taken for
 * dead and go on asking their fence. A fence asked after a later claim had succeeded must stand.
 */
export async function takeovers(plan: TakeoverPlan): Promise<TakeoverTally> {
  const tally: TakeoverTally = { rounds: 0, owners: 0, fenced: 0, late: 0, broken: [] };
  const draw = drawFrom(plan.seed);
  let reigns: Reign[] = [];
  let awaited = 0;
  let settled: () => void = () => undefined;
  const hear = (line: string): void => {
    const [what, round, epoch, at] = line.split(' ');
    if (what === 'owner') {
      tally.owners++;
      reigns.push({ epoch: Number(epoch), since: BigInt(at!), passed: undefined });
      return;
    }
    if (what === 'fenced') {
      const reign = reigns.find((one) => one.epoch === Number(round));
      if (reign !== undefined) reign.passed = BigInt(epoch!);
      tally.fenced++;
      return;
    }
    if (what === 'late') tally.late++;
    else if (what !== 'held' && what !== 'done') tally.broken.push(line);
    awaited--;
    if (awaited === 0) settled();
  };
  const crew = Array.from({ length: plan.contenders }, () => start(plan, hear, tally));
  try {
    while (tally.rounds < plan.rounds && tally.broken.length === 0) {
      // Sometimes a round begins while the one before is being decided.
      const together = draw(3) === 0 ? 2 : 1;
      const before = tally.owners;
      const ended = new Promise<void>((resolve) => {
        settled = resolve;
      });
      awaited = together * crew.length;
      let most = together;
      for (let one = 0; one < together; one++) {
        tally.rounds++;
        const way = (['serve', 'serve', 'die', 'release'] as const)[draw(4)]!;
        // Who gives it free lets the next one in.
        if (way === 'release') most = awaited;
        for (const child of crew) child.stdin?.write(`${tally.rounds} ${way}\n`);
      }
      await ended;
      const won = tally.owners - before;
      if (won < 1 || won > most) {
        tally.broken.push(`${won} owners in ${together} rounds, up to round ${tally.rounds}`);
      }
      tally.broken.push(...contradictions(reigns));
      // The newest still reigns; what was judged need not be judged again.
      const newest = Math.max(...reigns.map(({ epoch }) => epoch));
      reigns = reigns.filter((one) => one.passed === undefined || one.epoch === newest);
      plan.onRound?.(tally);
    }
  } finally {
    await Promise.all(
      crew.map(async (child) => {
        if (child.exitCode !== null) return;
        child.stdin?.end();
        await once(child, 'close');
      }),
    );
  }
  return tally;
}

function start(
  { script, dir }: TakeoverPlan,
  hear: (line: string) => void,
  tally: TakeoverTally,
): ChildProcess {
  const child = spawn(process.execPath, [script, dir], { stdio: ['pipe', 'pipe', 'pipe'] });
  createInterface({ input: child.stdout! }).on('line', hear);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => tally.broken.push(text));
  return child;
}

/** Two of one epoch, or an owner whose fence let it pass after another's claim had succeeded. */
export function contradictions(reigns: readonly Reign[]): readonly string[] {
  const found: string[] = [];
  for (const one of reigns) {
    for (const other of reigns) {
      if (one === other || other.epoch < one.epoch) continue;
      if (other.epoch === one.epoch) found.push(`two owners of epoch ${one.epoch}`);
      else if (one.passed !== undefined && one.passed > other.since) {
        found.push(`epoch ${one.epoch} passed its fence after ${other.epoch} was claimed`);
      }
    }
  }
  return found;
}
