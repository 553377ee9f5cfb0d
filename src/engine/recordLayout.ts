/** The kinds of records. On disk: never renumber. */
export const RecordKind = {
  /** A whole job. */
  put: 1,
  /** A job's fixed members, and those of data, result and error that changed. */
  head: 2,
  /** A job is gone, and its log with it. */
  remove: 3,
  /** One entry of a job's log. */
  log: 4,
  /** One state of one error event. */
  errorEvent: 5,
  /** The updates of this recovery file are in this group. */
  merged: 6,
  /** The number of a job's last log entry, where rotation took them all. In tables and backups alone. */
  lastNumber: 7,
} as const;

/** Places in a record, counted from its length. On disk: never renumber. `RECORDS.md` has the tables. */
export const at = {
  kind: 4,
  status: 5,
  has: 6,
  sections: 7,
  seq: 8,
  version: 14,
  times: 20,
  headSections: 60,
  createdAt: 60,
  idLength: 68,
  typeLength: 70,
  parentLength: 72,
  putTexts: 74,
  logSeq: 5,
  logNumber: 11,
  logAt: 17,
  logLevel: 25,
  logMessageLength: 26,
  logMessage: 30,
  removeSeq: 5,
  removeVersion: 11,
  removeEnd: 17,
  lastNumberSeq: 5,
  lastNumber: 11,
  lastNumberEnd: 17,
  text: 5,
} as const;

/** Bits of `has`: which of the five doubles mean something. */
export const Has = { startedAt: 1, finishedAt: 2, cancelRequestedAt: 4, progress: 8 } as const;

/** Bits of `sections`: which of them follow, in this order. */
export const Section = { data: 1, result: 2, error: 4 } as const;
