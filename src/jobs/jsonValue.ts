import { FlakehoundError } from '../errors.js';
import type { Json } from './job.js';

/** Deeper than anybody's data, and far from where a recursion ends the process. */
const deepest = 200;

/**
 * Copies a value that JSON can say, frozen through and through, so that what is kept is what will
 * be read back.
 *
 * @param where - the name of the value in errors: `data`, `result`
 * @throws FlakehoundError `JOB_VALUE`, which names the path inside the value: `data.items[3].when`
 */
export function keepJson(value: unknown, where: string): Json {
  if (typeof value === 'object' && value !== null) return keepFlat(value) ?? keepDeep(value, where);
  return keepPlain(value, { where, keys: [], above: [] });
}

/** Copies an object of strings and the like, as most data is; leaves all else, mistakes too, to `keepDeep`. */
function keepFlat(value: object): Json | undefined {
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const members: Record<string, Json> = {};
  try {
    for (const key of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[key];
      if (key === '__proto__') return undefined;
      if (typeof member === 'string' || typeof member === 'boolean' || member === null) {
        members[key] = member;
      } else if (typeof member === 'number' && Number.isFinite(member)) {
        members[key] = member + 0;
      } else {
        return undefined;
      }
    }
  } catch {
    return undefined;
  }
  return Object.freeze(members);
}

function keepDeep(value: object, where: string): Json {
  const place: Place = { where, keys: [], above: [] };
  try {
    return keepNested(value, place);
  } catch (cause) {
    if (cause instanceof FlakehoundError) throw cause;
    // A getter or a proxy of the caller's.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlakehoundError('JOB_VALUE', `${pathOf(place)} can't be read: ${why}`, {
      hint: 'keep plain values',
      cause,
    });
  }
}

/** Where the copying is; pushed and popped, since a copy of it per value would cost more than the value. */
interface Place {
  readonly where: string;
  readonly keys: (string | number)[];
  readonly above: object[];
}

function keepNested(value: object, place: Place): Json {
  const { keys, above } = place;
  if (above.includes(value)) throw refuse(place, 'holds itself', 'break the cycle');
  if (above.length >= deepest) {
    throw refuse(place, `is nested deeper than ${deepest} levels`, 'flatten it');
  }
  above.push(value);
  const depth = keys.length;
  let copy: Json;
  if (Array.isArray(value)) {
    const items: Json[] = [];
    // By index, since a hole has to be met.
    for (let at = 0; at < value.length; at++) {
      keys[depth] = at;
      items.push(keepMember(value[at], place));
    }
    copy = items;
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      throw refuse(place, `is ${className(value)}`, 'turn it into plain objects first');
    }
    const members: Record<string, Json> = {};
    for (const key of Object.keys(value)) {
      keys[depth] = key;
      if (key === '__proto__') {
        throw refuse(place, 'can be no key of a plain object', 'name it otherwise');
      }
      members[key] = keepMember((value as Record<string, unknown>)[key], place);
    }
    copy = members;
  }
  keys.length = depth;
  above.pop();
  return Object.freeze(copy);
}

function keepMember(member: unknown, place: Place): Json {
  if (typeof member === 'string') return member;
  if (typeof member !== 'object') return keepPlain(member, place);
  return member === null ? null : keepNested(member, place);
}

function keepPlain(value: unknown, place: Place): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON has no negative zero.
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0;
  throw refuse(
    place,
    `is ${typeof value === 'number' ? String(value) : nameOf(value)}`,
    value === undefined ? 'leave the member out, or use null' : 'keep what JSON can say',
  );
}

function nameOf(value: unknown): string {
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}

function className(value: object): string {
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' ? `a ${name}` : 'no plain object';
}

const pathOf = ({ where, keys }: Place): string =>
  keys.reduce<string>((text, key) => text + step(key), where);

function refuse(place: Place, problem: string, hint: string): FlakehoundError {
  return new FlakehoundError('JOB_VALUE', `${pathOf(place)} ${problem}, which can't be kept`, {
    hint,
  });
}

function step(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Freezes a value fresh from JSON.parse through and through. */
export function freezeJson(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) for (const member of value) freezeJson(member);
  else for (const key in value) freezeJson((value as Record<string, Json>)[key] as Json);
  return Object.freeze(value);
}

/** Whether two values say the same as JSON, whatever the order of their keys. */
export function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((member, at) => sameJson(member, b[at]));
  }
  const left = a as Record<string, Json>;
  const right = b as Record<string, Json>;
  // Without lists of keys: an update compares its data each time. What is kept inherits nothing.
  let keys = 0;
  for (const key in left) {
    const other = right[key];
    // What an object inherits are functions, and nothing here is the same as they.
    if (other === undefined || !sameJson(left[key]!, other)) return false;
    keys++;
  }
  for (const _ in right) keys--;
  return keys === 0;
}
