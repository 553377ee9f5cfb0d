/** What a writer did to the store, as it told on its pipe; one line each, before and after. */
export type DeedKind = 'begin' | 'create' | 'group' | 'log' | 'remove' | 'later' | 'move';

/** How it ended, as far as the writer lived to tell. `refused` holds the error's code. */
export type Fate =
  | { readonly kind: 'pending' | 'acknowledged' | 'unknown' }
  | { readonly kind: 'refused'; readonly why: string };

/** One write. Numbers count up in the order in which the calls were made. */
export interface Deed {
  readonly n: number;
  readonly kind: DeedKind;
  /** The deed that made the job which this one changes. */
  readonly target: number | undefined;
  fate: Fate;
}

/** All that is known of one writer's life. */
export interface Life {
  readonly writer: string;
  readonly deeds: Deed[];
  /** As which it opened the store; undefined while it did not say. */
  role: 'owner' | 'guest' | undefined;
  /** Why the store could not be opened, or what else went wrong. */
  failure: string | undefined;
  /** It may have moved to another owner, so that calls under way went to two of them. */
  sawTakeover: boolean;
}

/** A life that has just begun. */
export function newLife(writer: string): Life {
  return {
    writer,
    deeds: [],
    role: undefined,
    failure: undefined,
    sawTakeover: false,
  };
}

/** Writes down one line of a writer's pipe. A last line without its end is no line. */
export function hear(life: Life, line: string): void {
  const [what, ...words] = line.split(' ');
  const n = Number(words[0]);
  switch (what) {
    case 'open':
      life.role = words[0] === 'owner' ? 'owner' : 'guest';
      return;
    case 'do': {
      const target = words[2] === undefined ? undefined : Number(words[2]);
      // Both ends of the pipe are ours.
      life.deeds.push({ n, kind: words[1] as DeedKind, target, fate: { kind: 'pending' } });
      return;
    }
    case 'ack':
      deed(life, n).fate = { kind: 'acknowledged' };
      return;
    case 'unknown':
      deed(life, n).fate = { kind: 'unknown' };
      return;
    case 'refused':
      deed(life, n).fate = { kind: 'refused', why: words.slice(1).join(' ') };
      return;
    default:
      life.failure ??= line;
  }
}

function deed(life: Life, n: number): Deed {
  const found = life.deeds[n];
  if (found?.n === n) return found;
  throw new Error(`${life.writer} told of ${n} without having begun it`);
}
