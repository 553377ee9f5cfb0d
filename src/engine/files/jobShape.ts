import { type Job, type Json, jobStatuses, type LogEntry, logLevels } from '../../jobs/job.js';
import {
  finiteNumber,
  nullable,
  objectOf,
  oneOf,
  optional,
  type Shape,
  textOf,
  wholeFrom,
} from './shape.js';

/** What came out of `JSON.parse` is JSON. */
const json: Shape<Json> = (value) => value as Json;

/** A job as it stands in JSON files. */
export const jobShape: Shape<Job> = objectOf<Job>({
  id: textOf(),
  type: textOf(),
  status: oneOf(jobStatuses),
  progress: nullable(finiteNumber),
  version: wholeFrom(1),
  createdAt: finiteNumber,
  updatedAt: finiteNumber,
  startedAt: nullable(finiteNumber),
  finishedAt: nullable(finiteNumber),
  cancelRequestedAt: nullable(finiteNumber),
  parent: nullable(textOf()),
  data: json,
  result: json,
  error: nullable(
    objectOf<NonNullable<Job['error']>>({
      message: textOf(),
      code: optional(textOf()),
      stack: optional(textOf()),
    }),
  ),
});

/** A log entry as it stands in JSON files. */
export const logEntryShape: Shape<LogEntry> = objectOf<LogEntry>({
  jobId: textOf(),
  number: wholeFrom(1),
  at: finiteNumber,
  level: oneOf(logLevels),
  message: textOf(),
  fields: json,
});
