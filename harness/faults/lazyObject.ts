/**
 * An object whose properties are made by the first look at each: a test that calls three of two
 * hundred functions pays for three.
 *
 * @param names - its own enumerable properties, in order
 */
export function lazyObject<T extends object>(
  names: ReadonlySet<string>,
  make: (name: string) => unknown,
): T {
  // Of those made so far, whether or not they are still there.
  const settled = new Set<PropertyKey>();
  const isUnmade = (key: PropertyKey): boolean => names.has(key as string) && !settled.has(key);
  const made = (target: object, key: PropertyKey): void => {
    if (!isUnmade(key)) return;
    settled.add(key);
    const value = make(key as string);
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  };
  const all = (target: object): void => {
    for (const key of names) made(target, key);
  };
  return new Proxy({} as T, {
    get(target, key, receiver) {
      made(target, key);
      return Reflect.get(target, key, receiver);
    },
    has: (target, key) => isUnmade(key) || Reflect.has(target, key),
    ownKeys(target) {
      all(target);
      const known = [...names].filter((name) => Object.hasOwn(target, name));
      return [...new Set<string | symbol>([...known, ...Reflect.ownKeys(target)])];
    },
    getOwnPropertyDescriptor(target, key) {
      made(target, key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    defineProperty(target, key, descriptor) {
      made(target, key);
      return Reflect.defineProperty(target, key, descriptor);
    },
    deleteProperty(target, key) {
      settled.add(key);
      return Reflect.deleteProperty(target, key);
    },
    preventExtensions(target) {
      all(target);
      return Reflect.preventExtensions(target);
    },
  });
}
