import { describe } from 'vitest';
import { closing } from './jobStore/closing.js';
import { creating } from './jobStore/creating.js';
import { grouping } from './jobStore/grouping.js';
import { listing } from './jobStore/listing.js';
import { logging } from './jobStore/logging.js';
import { moving } from './jobStore/moving.js';
import { noting } from './jobStore/noting.js';
import { reopening } from './jobStore/reopening.js';
import { type OpenSubject, opener } from './jobStore/subject.js';
import { tracking } from './jobStore/tracking.js';
import { updating } from './jobStore/updating.js';
import { watching } from './jobStore/watching.js';

export type { JobStoreSubject, OpenSubject, SubjectOptions } from './jobStore/subject.js';

/** Holds a job store against everything that the interface promises. */
export function describeJobStore(name: string, open: OpenSubject): void {
  describe(`${name} as a job store`, () => {
    const opened = opener(open);
    const parts = [creating, updating, moving, grouping, noting, tracking];
    for (const part of [...parts, watching, listing, logging, closing, reopening]) part(opened);
  });
}
