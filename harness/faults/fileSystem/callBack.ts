/** A callback as Node's calls take them. */
export type Callback = (error: unknown, ...results: unknown[]) => void;

/**
 * Hands a promise's end to a callback, outside of the promise, so that what the callback throws is
 * an uncaught exception, as with Node. Nothing but the error or `null` where the result is undefined.
 */
export function callBack<T>(
  promise: Promise<T>,
  callback: Callback,
  results: (value: T) => unknown[] = (value) => (value === undefined ? [] : [value]),
): void {
  promise.then(
    (value) => process.nextTick(callback, null, ...results(value)),
    (error) => process.nextTick(callback, error),
  );
}
