/** Reads one member of something parsed, or says where and why it is not what it should be. */
export type Shape<T> = (value: unknown, at: string) => T;

/** Something parsed is not of the shape that it should be. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** @throws ShapeError always */
function wrong(at: string, value: unknown, expected: string): never {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
  const shown = ['string', 'number', 'boolean'].includes(typeof value)
    ? ` ${JSON.stringify(value).slice(0, 40)}`
    : '';
  throw new ShapeError(`${at} should be ${expected}, but is ${found}${shown}`);
}

/** A text; with a pattern one that fits it. */
export function textOf(pattern?: RegExp, expected = 'a text'): Shape<string> {
  return (value, at) =>
    typeof value === 'string' && (pattern?.test(value) ?? true)
      ? value
      : wrong(at, value, expected);
}

/** A whole number that is exact. */
export function wholeFrom(least: number): Shape<number> {
  return (value, at) =>
    Number.isSafeInteger(value) && (value as number) >= least
      ? (value as number)
      : wrong(at, value, `a whole number, ${least} or more`);
}

export const finiteNumber: Shape<number> = (value, at) =>
  Number.isFinite(value) ? (value as number) : wrong(at, value, 'a number');

export const trueOrFalse: Shape<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : wrong(at, value, 'true or false');

/** A list of at most `most`. */
export function listOf<T>(item: Shape<T>, most = Number.POSITIVE_INFINITY): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) {
      return wrong(
        at,
        value,
        most < Number.POSITIVE_INFINITY ? `a list of at most ${most}` : 'a list',
      );
    }
    return value.map((one, n) => item(one, `${at}[${n}]`));
  };
}

/** An object with these members; others are left out, since a later version may know them. */
export function objectOf<T extends object>(
  members: {
    readonly [Key in keyof T]-?: Shape<T[Key]>;
  },
): Shape<T> {
  const entries = Object.entries(members) as [string, Shape<unknown>][];
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return wrong(at, value, 'an object');
    }
    const read: Record<string, unknown> = {};
    for (const [name, member] of entries) {
      const given: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      const found = member(given, at === '' ? name : `${at}.${name}`);
      if (found !== undefined) read[name] = found;
    }
    return read as T;
  };
}

/** The member may be missing. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, at) => (value === undefined ? undefined : shape(value, at));
}

/** The member may be null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, at) => (value === null ? null : shape(value, at));
}

/** One of these texts. */
export function oneOf<T extends string>(choices: readonly T[]): Shape<T> {
  return (value, at) =>
    choices.includes(value as T) ? (value as T) : wrong(at, value, choices.join(' or '));
}
