declare const unit: unique symbol;

/** A number that says its unit: a plain number may become one, one of another unit may not. */
type In<Unit extends string> = number & { readonly [unit]?: Unit };

/** A length of time in milliseconds. */
export type Millis = In<'ms'>;

/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = In<'ms since 1970'>;

/** A count of bytes, or a place in a file counted in bytes from its start. */
export type Bytes = In<'B'>;

/** A share of a whole, 0..1. */
export type Ratio = In<'ratio'>;

/** The number of a record in the log: 1 for the first that a store ever wrote, without gaps. */
export type Lsn = In<'lsn'>;

/** The number of a job in the order of creation: 1 for the first, never given twice. At most 2^48 - 1. */
export type JobSeq = In<'job'>;
