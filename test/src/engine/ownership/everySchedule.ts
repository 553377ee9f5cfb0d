import { SteppedWorld, type WorldStart } from './steppedWorld.js';

/** One thing that happens next: a contender goes on, or dies. */
export interface Move {
  readonly kind: 'step' | 'kill';
  readonly pid: number;
}

/** What an exploration may do. */
export interface Exploration {
  readonly start: WorldStart;
  /** Contenders that die, at most. */
  readonly kills: number;
  /** Times that another goes on before the one at work comes to its end, at most. */
  readonly switches: number;
  /** Called after every move. */
  check(world: SteppedWorld, moves: readonly Move[]): void;
  /** Called when nobody can go on. */
  checkEnd?(world: SteppedWorld, moves: readonly Move[]): void;
}

/** A place in the tree of schedules. */
interface Branch {
  readonly moves: readonly Move[];
  readonly kills: number;
  readonly switches: number;
}

/**
 * Tries every schedule within the bounds. Worlds that go on in the same way are gone on from once.
 *
 * @returns how many different worlds there were
 */
export async function everySchedule(exploration: Exploration): Promise<number> {
  const seen = new Set<string>();
  const open: Branch[] = [{ moves: [], kills: 0, switches: 0 }];
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    const world = new SteppedWorld(exploration.start);
    await world.settled();
    for (const move of branch.moves) await make(world, move);
    if (branch.moves.length > 0) exploration.check(world, branch.moves);
    for (let here: Branch | undefined = branch; here !== undefined; ) {
      here = await goOn(exploration, world, here, { seen, open });
    }
  }
  return seen.size;
}

/** Goes on by the first move that is possible, and leaves the others for later. */
async function goOn(
  exploration: Exploration,
  world: SteppedWorld,
  here: Branch,
  { seen, open }: { seen: Set<string>; open: Branch[] },
): Promise<Branch | undefined> {
  // Who went on last counts only where it limits what may follow.
  const bound = Number.isFinite(exploration.switches) ? `${here.switches} ${lastPid(here)}` : '';
  const key = `${here.kills} ${bound}\n${world.key}`;
  if (seen.has(key)) return undefined;
  seen.add(key);
  const [first, ...others] = nextBranches(exploration, world, here);
  if (first === undefined) {
    exploration.checkEnd?.(world, here.moves);
    return undefined;
  }
  open.push(...others);
  await make(world, first.moves.at(-1)!);
  exploration.check(world, first.moves);
  return first;
}

function nextBranches(
  { kills, switches }: Exploration,
  world: SteppedWorld,
  here: Branch,
): Branch[] {
  const { ready } = world;
  const last = lastPid(here);
  const branches: Branch[] = [];
  for (const pid of ready) {
    const isSwitch = last !== undefined && last !== pid && ready.includes(last);
    const count = here.switches + (isSwitch ? 1 : 0);
    if (count > switches) continue;
    branches.push({
      moves: [...here.moves, { kind: 'step', pid }],
      kills: here.kills,
      switches: count,
    });
  }
  if (here.kills < kills) {
    for (const pid of ready) {
      branches.push({
        ...here,
        moves: [...here.moves, { kind: 'kill', pid }],
        kills: here.kills + 1,
      });
    }
  }
  return branches;
}

const lastPid = (branch: Branch): number | undefined =>
  branch.moves.findLast((move) => move.kind === 'step')?.pid;

async function make(world: SteppedWorld, { kind, pid }: Move): Promise<void> {
  if (kind === 'kill') world.kill(pid);
  else await world.step(pid);
}
