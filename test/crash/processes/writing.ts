import type { JobStore } from '../../../src/index.js';
import { openStore } from '../../../src/openStore.js';
import type { DeedKind } from './deeds.js';
import { storeOptions } from './settings.js';

/** Which store a writer writes to, as whom, and what. */
export interface Writing {
  readonly dir: string;
  readonly name: string;
  readonly seed: number;
  /** So many deeds are begun before it only stands by, to take over. */
  readonly most: number;
}

/** Calls under way at once. */
const abreast = 6;

/**
 * Opens a store and writes to it, and says what it does and how that ended.
 *
 * @returns the store, open still; undefined when something went wrong, which it said
 */
export async function write(
  { dir, name, seed, most }: Writing,
  say: (line: string) => void,
): Promise<JobStore | undefined> {
  const draw = drawsFrom(seed);
  try {
    const store = await openStore(dir, storeOptions);
    say(`open ${(await store.health()).role}`);
    let count = 0;
    const free: number[] = [];

    const attempt = async (n: number, act: () => Promise<unknown>): Promise<boolean> => {
      try {
        await act();
        say(`ack ${n}`);
        return true;
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        say(code === 'STORE_OUTCOME_UNKNOWN' ? `unknown ${n}` : `refused ${n} ${code}: ${message}`);
        return false;
      }
    };
    const begin = (kind: DeedKind, target?: number): number => {
      const n = count++;
      say(target === undefined ? `do ${n} ${kind}` : `do ${n} ${kind} ${target}`);
      return n;
    };
    const piece = (n: number) => ({
      id: `${name}/${n}`,
      type: 'piece',
      parent: name,
      // A kill may come in the middle of a large write, and leave a torn one.
      data: { n, pad: 'x'.repeat(draw(draw(30) === 0 ? 300_000 : 200)) },
    });

    const once = async (): Promise<void> => {
      const kinds = ['create', 'create', 'group', 'log', 'remove', 'later', 'move'] as const;
      const kind = kinds[draw(kinds.length)]!;
      if (kind === 'create') {
        const n = begin('create');
        if (await attempt(n, () => store.create(piece(n)))) free.push(n);
        return;
      }
      if (kind === 'group') {
        const n = begin('group');
        const steps = [
          { kind: 'create', ...piece(n) },
          { kind: 'update', id: name, patch: { data: { n } } },
        ] as const;
        await attempt(n, () => store.group(steps));
        return;
      }
      if (kind === 'log') {
        const n = begin('log');
        await attempt(n, () => store.appendLog(name, { message: String(n) }));
        return;
      }
      const target = free.shift();
      if (target === undefined) return;
      const n = begin(kind, target);
      const id = `${name}/${target}`;
      await attempt(n, () => {
        if (kind === 'remove') return store.remove(id);
        if (kind === 'move') return store.transition(id, 'active');
        store.updateLater(id, { data: { n: target, later: n } });
        return store.flush();
      });
    };

    // Without its own job nothing else can be done.
    while ((await store.get(name)) === undefined) {
      await attempt(begin('begin'), () =>
        store.create({ id: name, type: 'writer', data: { n: 0 } }),
      );
    }
    const lane = async (): Promise<void> => {
      while (count < most) await once();
    };
    await Promise.all(Array.from({ length: abreast }, lane));
    return store;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    say(`failed ${code}: ${message}`);
    return undefined;
  }
}

/** Marsaglia's xorshift: what is done must follow from the seed. */
function drawsFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
