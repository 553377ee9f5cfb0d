import type { Job, LogEntry } from '../../../src/index.js';
import type { Deed, Life } from './deeds.js';

/** What a reader finds of one writer's work. */
export interface Seen {
  /** The writer's own job. */
  readonly own: Job | undefined;
  /** The jobs that it made, in the order of their creation. */
  readonly pieces: readonly Job[];
  readonly logs: readonly LogEntry[];
}

/** Compares what a dead writer told with what is there; each line is a promise that was broken. */
export function judge(life: Life, seen: Seen): readonly string[] {
  const broken: string[] = [];
  const pieces = new Map(seen.pieces.map((job) => [Number(job.id.split('/')[1]), job]));
  const logged = seen.logs.map(({ message }) => Number(message));
  const wants = (holds: boolean, what: string): void => {
    if (!holds) broken.push(`${life.writer}: ${what}`);
  };

  wants(pieces.size === seen.pieces.length, 'a job is there twice');
  for (const [n, job] of pieces) {
    const { kind } = life.deeds[n] ?? {};
    wants(kind === 'create' || kind === 'group', `${job.id} is there, and nobody made it`);
  }
  for (const n of logged) {
    wants(life.deeds[n]?.kind === 'log', `log entry ${n} is there, and nobody wrote it`);
  }
  for (const deed of life.deeds) {
    const { fate, n, kind } = deed;
    if (fate.kind === 'refused') wants(false, `${kind} ${n} was refused: ${fate.why}`);
    if (fate.kind !== 'acknowledged') continue;
    wants(isVisible(deed, life, seen, pieces, logged) !== 'no', `${kind} ${n} is lost`);
  }
  judgeOwn(life, seen, pieces, wants);
  wants(
    seen.logs.every(({ number }, at) => number === at + 1),
    `log numbers have gaps: ${seen.logs.map(({ number }) => number).join(' ')}`,
  );
  if (!life.sawTakeover) {
    wants(
      logged.every((n, at) => at === 0 || n > logged[at - 1]!),
      `log entries are out of order: ${logged.join(' ')}`,
    );
    let absent: Deed | undefined;
    for (const deed of life.deeds) {
      // What is noted for later is written when others are, not when it was said.
      if (deed.kind === 'later') continue;
      const visible = isVisible(deed, life, seen, pieces, logged);
      if (visible === 'no') absent ??= deed;
      else if (visible === 'yes' && absent !== undefined) {
        wants(
          false,
          `${deed.kind} ${deed.n} is there, ${absent.kind} ${absent.n} before it is not`,
        );
        absent = undefined;
      }
    }
  }
  return broken;
}

type Wants = (holds: boolean, what: string) => void;

/** The writer's job counts its groups: each raised the version by one and left its number. */
function judgeOwn(life: Life, { own }: Seen, pieces: ReadonlyMap<number, Job>, wants: Wants): void {
  if (own === undefined) {
    wants(pieces.size === 0, 'its own job is gone');
    return;
  }
  const groups = life.deeds.filter(({ kind, n }) => kind === 'group' && pieces.has(n));
  wants(
    own.version === 1 + groups.length,
    `${groups.length} groups are there, and its job has version ${own.version}`,
  );
  const { n } = own.data as { n: number };
  const newest = groups.at(-1)?.n ?? 0;
  const isKnown = life.sawTakeover ? n === 0 || pieces.has(n) : n === newest;
  wants(isKnown, `its job names group ${n}, the newest that is there is ${newest}`);
}

/** `maybe` where a later deed may have taken the trace away. */
function isVisible(
  { n, kind, target }: Deed,
  life: Life,
  seen: Seen,
  pieces: ReadonlyMap<number, Job>,
  logged: readonly number[],
): 'yes' | 'no' | 'maybe' {
  const answer = (holds: boolean) => (holds ? 'yes' : 'no');
  switch (kind) {
    case 'begin':
      return answer(seen.own !== undefined);
    case 'group':
      return answer(pieces.has(n));
    case 'create':
      if (pieces.has(n)) return 'yes';
      return life.deeds.some((deed) => deed.kind === 'remove' && deed.target === n)
        ? 'maybe'
        : 'no';
    case 'log':
      return answer(logged.includes(n));
    case 'remove':
      return answer(!pieces.has(target!));
    case 'later': {
      const data = pieces.get(target!)?.data as { later?: number } | undefined;
      return answer(data?.later === n);
    }
    case 'move':
      return answer(pieces.get(target!)?.status === 'active');
  }
}
