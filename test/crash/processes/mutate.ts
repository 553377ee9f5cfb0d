import type { Draw } from './draw.js';
import type { Image } from './imageFiles.js';

/** A damaged image, and in words what was done to it. */
export interface Mutant {
  readonly image: Image;
  readonly what: string;
  /** Log bytes may have become zeros, which can't be told from space that was never written. */
  readonly mayErase: boolean;
}

/** Damages one or two files, as failing disks, stray writes and people do. */
export function mutate(image: Image, draw: Draw): Mutant {
  const names = [...image.keys()];
  const name = names[draw(names.length)]!;
  const other = names[draw(names.length)]!;
  const bytes = image.get(name)!;
  const put = (to: Uint8Array, what: string, mayErase = false): Mutant => ({
    image: new Map(image).set(name, to),
    what,
    mayErase,
  });
  switch (draw(9)) {
    case 0: {
      const length = draw(bytes.length + 1);
      return put(bytes.slice(0, length), `cut ${name} to ${length} bytes`);
    }
    case 1: {
      const more = new Uint8Array(1 + draw(64)).fill(draw(2) * draw(256));
      return put(concat(bytes, more), `${more.length} bytes behind ${name}`);
    }
    case 2: {
      const length = 1 + draw(Math.min(512, bytes.length || 1));
      const [from, to] = [place(bytes, draw), place(bytes, draw)];
      const next = bytes.slice();
      const block = bytes.slice(from, Math.min(from + length, bytes.length - (to - from)));
      next.set(block.subarray(0, Math.max(0, bytes.length - to)), to);
      return put(next, `${length} bytes of ${name} copied from ${from} to ${to}`, true);
    }
    case 3: {
      const next = new Map(image).set(name, image.get(other)!).set(other, bytes);
      return { image: next, what: `${name} and ${other} swapped`, mayErase: false };
    }
    case 4:
      return put(image.get(other)!, `${other} copied over ${name}`);
    case 5: {
      const next = new Map(image);
      next.delete(name);
      // Nothing names a recovery file: what it holds was never acknowledged.
      return { image: next, what: `${name} removed`, mayErase: name.startsWith('recovery-') };
    }
    default: {
      const next = bytes.slice();
      const count = bytes.length === 0 ? 0 : 1 + draw(8);
      const places: number[] = [];
      for (let turn = 0; turn < count; turn++) {
        const at = place(bytes, draw);
        places.push(at);
        const how = draw(4);
        next[at] =
          how === 0 ? draw(256) : how === 1 ? 0 : how === 2 ? 255 : next[at]! ^ (1 << draw(8));
      }
      return put(next, `bytes ${places.join(', ')} of ${name} changed`);
    }
  }
}

/** Most bytes of a segment are zeros that nobody reads: half of the time it is one that isn't. */
function place(bytes: Uint8Array, draw: Draw): number {
  if (bytes.length === 0) return 0;
  const at = draw(bytes.length);
  if (draw(2) === 0) return at;
  for (let back = at; back > 0; back--) if (bytes[back] !== 0) return back;
  return 0;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
