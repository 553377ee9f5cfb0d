import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, JobStore } from '../../../src/index.js';
import { openStore } from '../../../src/openStore.js';
import { type StartWriter, Writer } from './crew.js';
import type { Life } from './deeds.js';
import { type Draw, drawFrom } from './draw.js';
import { judge, type Seen } from './judge.js';
import { storeOptions } from './settings.js';

/** What kill -9 cycles take. */
export interface KillPlan {
  /** A store each, around which writers of its own are killed. */
  readonly folders: readonly { readonly dir: string; readonly start: StartWriter }[];
  /** In all folders together. */
  readonly cycles: number;
  readonly seed: number;
  /** Told after each cycle. */
  readonly onCycle?: (tally: KillTally) => void;
}

/** What came of them. */
export interface KillTally {
  cycles: number;
  /** Processes killed, by what they were. */
  owners: number;
  guests: number;
  opening: number;
  acknowledged: number;
  /** Calls whose fate nobody was told, and those that were said to be unknown. */
  pending: number;
  unknown: number;
  /** Opens that cut off an unfinished group. */
  torn: number;
  /** Owners that the stores have had. */
  epochs: number;
  readonly broken: string[];
}

/** A writer that is dead, and what was found of its work: that must not change any more. */
interface Grave {
  readonly life: Life;
  found: string;
  readonly jobs: Set<string>;
  /**
   * Of the owner that may still have calls of it under way, to be carried out after its death;
   * undefined once nobody has.
   */
  ownerEpoch: number | undefined;
}

/** A writer does so much before it only stands by. */
const leastDeeds = 30;

/** Graves are looked at again and again, until there are so many. */
const mostGraves = 6;

/**
 * Kills writers at any moment, opens the store, and compares what is there with what they told.
 * Between two and four live at a time in a folder, one of which owns the store. Folders are taken
 * side by side: a cycle mostly waits, for its moment, for the end of a process, for the disk.
 */
export async function killCycles(plan: KillPlan): Promise<KillTally> {
  const tally: KillTally = {
    cycles: 0,
    owners: 0,
    guests: 0,
    opening: 0,
    acknowledged: 0,
    pending: 0,
    unknown: 0,
    torn: 0,
    epochs: 0,
    broken: [],
  };
  let begun = 0;
  const goesOn = (): boolean => begun++ < plan.cycles && tally.broken.length === 0;
  await Promise.all(
    plan.folders.map((folder, at) =>
      killIn({ ...folder, plan, tally, goesOn }, drawFrom(plan.seed + at * 1009)),
    ),
  );
  return tally;
}

/** One of the folders. */
interface Folder {
  readonly plan: KillPlan;
  readonly dir: string;
  readonly start: StartWriter;
  readonly tally: KillTally;
  /** Whether there is to be another cycle. */
  goesOn(): boolean;
}

async function killIn(folder: Folder, draw: Draw): Promise<void> {
  const { plan, dir, start, tally } = folder;
  const crew: Writer[] = [];
  let graves: Grave[] = [];
  let born = 0;
  let epoch = 0;
  try {
    while (folder.goesOn()) {
      const wanted = 2 + draw(3);
      while (crew.length < wanted) {
        const name = `w${born++}`;
        const seed = 1 + draw(2 ** 31 - 2);
        crew.push(new Writer(start, { dir, name, seed, most: leastDeeds + draw(80) }));
      }
      await theMoment(crew, draw);
      const { dead, ownerDied } = await killSome(dir, crew, draw, tally);
      for (const { life } of [...dead, ...crew]) {
        if (life.failure !== undefined) tally.broken.push(`${life.writer}: ${life.failure}`);
      }
      const found = await lookUp(dir, { dead, ownerDied }, graves, tally);
      graves = found.graves;
      tally.epochs += found.epoch - epoch;
      epoch = found.epoch;
      tally.cycles++;
      plan.onCycle?.(tally);
    }
  } finally {
    await Promise.all(crew.map((writer) => writer.kill()));
  }
}

/** Waits for the moment of the kill: in the middle of an open, or of the writing. */
async function theMoment(crew: readonly Writer[], draw: Draw): Promise<void> {
  if (draw(4) > 0) {
    await Promise.all(crew.map((writer) => writer.opened()));
    const newest = crew.at(-1)!;
    const wanted = draw(leastDeeds);
    await newest.until(() => newest.life.deeds.length >= wanted);
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, draw(150)));
}

interface Killed {
  readonly dead: readonly Writer[];
  readonly ownerDied: boolean;
}

/** Kills the owner, a guest, or all, and takes them out of the crew. */
async function killSome(
  dir: string,
  crew: Writer[],
  draw: Draw,
  tally: KillTally,
): Promise<Killed> {
  const way = draw(5);
  const ownerPid = holderOf(dir);
  const isOwner = ({ pid }: Writer): boolean => pid === ownerPid;
  const owner = crew.find(isOwner);
  const victims =
    way === 0 ? [...crew] : way < 4 && owner !== undefined ? [owner] : [crew[draw(crew.length)]!];
  // Guests first: none of them may live to see its owner die, so that order can be judged.
  victims.sort((a, b) => Number(isOwner(a)) - Number(isOwner(b)));
  const ends = victims.map((writer) => writer.kill());
  const survivors = crew.filter((writer) => !victims.includes(writer));
  crew.splice(0, crew.length, ...survivors);
  await Promise.all(ends);
  for (const victim of victims) {
    const { life } = victim;
    if (isOwner(victim)) tally.owners++;
    else if (life.role === undefined) tally.opening++;
    else tally.guests++;
    for (const { fate } of life.deeds) {
      if (fate.kind === 'acknowledged') tally.acknowledged++;
      else if (fate.kind === 'pending') tally.pending++;
      else if (fate.kind === 'unknown') tally.unknown++;
    }
  }
  // Only a guest that never was anything else leaves the others as they are.
  const isQuiet = ({ life }: Writer): boolean => life.role === 'guest' && !life.sawTakeover;
  if (!victims.every(isQuiet)) for (const { life } of survivors) life.sawTakeover = true;
  return { dead: victims, ownerDied: victims.some(isOwner) };
}

/** The process that the newest lock names. */
function holderOf(dir: string): number | undefined {
  try {
    const epochs = readdirSync(dir).flatMap((name) => /^lock-(\d+)$/.exec(name)?.[1] ?? []);
    const text = readFileSync(join(dir, `lock-${Math.max(...epochs.map(Number))}`), 'utf8');
    return (JSON.parse(text.slice(0, text.indexOf('\n'))) as { pid: number }).pid;
  } catch {
    // There is none yet, or it was taken away meanwhile and is about to be another's.
    return undefined;
  }
}

/** Opens the store beside those who live, and looks at the dead. */
async function lookUp(
  dir: string,
  { dead, ownerDied }: Killed,
  graves: readonly Grave[],
  tally: KillTally,
): Promise<{ readonly graves: Grave[]; readonly epoch: number }> {
  const store = await openStore(dir, storeOptions);
  try {
    const { recovery, epoch } = await store.health();
    if (recovery.tornBytes > 0) tally.torn++;
    tally.broken.push(...recovery.notes);
    for (const event of await store.errorEvents()) {
      tally.broken.push(`${event.severity} ${event.code}: ${event.message}`);
    }
    for (const grave of graves) await visit(store, grave, epoch, tally);
    const next = [...graves];
    for (const { life } of dead) {
      const seen = await see(store, life.writer);
      tally.broken.push(...judge(life, seen));
      const grave: Grave = {
        life,
        found: JSON.stringify(seen),
        jobs: new Set(idsOf(seen)),
        ownerEpoch: ownerDied ? undefined : epoch,
      };
      next.push(grave);
    }
    while (next.length > mostGraves) await clear(store, next.shift()!);
    return { graves: next, epoch };
  } finally {
    await store.close();
  }
}

/** Looks at a dead writer's work again. */
async function visit(
  store: JobStore,
  grave: Grave,
  epoch: number,
  tally: KillTally,
): Promise<void> {
  const { life } = grave;
  const seen = await see(store, life.writer);
  const found = JSON.stringify(seen);
  if (found !== grave.found) {
    if (grave.ownerEpoch === undefined) {
      tally.broken.push(`${life.writer} was ${grave.found} and is now ${found}`);
    }
    tally.broken.push(...judge(life, seen));
    grave.found = found;
    for (const id of idsOf(seen)) grave.jobs.add(id);
  }
  if (epoch !== grave.ownerEpoch) grave.ownerEpoch = undefined;
}

const idsOf = ({ own, pieces }: Seen): string[] =>
  [own, ...pieces].flatMap((job) => (job === undefined ? [] : [job.id]));

async function see(store: JobStore, writer: string): Promise<Seen> {
  const own: Job | undefined = await store.get(writer);
  return {
    own,
    pieces: await store.list({ parent: writer }),
    logs: own === undefined ? [] : await store.logs(writer),
  };
}

/** Makes room, so that the folder can be used without end. */
async function clear(store: JobStore, { jobs }: Grave): Promise<void> {
  await Promise.all([...jobs].map((id) => store.remove(id)));
}
