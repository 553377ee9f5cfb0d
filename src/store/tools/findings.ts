import type { Bytes } from '../../units.js';

/**
 * Something that a look at a store came upon. `error`: data is lost or can't be read; `warning`:
 * nothing is lost, but somebody should do something; `info`: as it happens to be.
 */
export interface StoreFinding {
  readonly severity: 'info' | 'warning' | 'error';
  /** Its path. */
  readonly file: string;
  readonly offset?: Bytes;
  /** A sentence about the file. */
  readonly what: string;
  /** The next thing to type or to do. */
  readonly hint: string;
}

/** Whether two findings say the same. */
export function isSame(a: StoreFinding, b: StoreFinding): boolean {
  return (
    a.severity === b.severity && a.file === b.file && a.offset === b.offset && a.what === b.what
  );
}
