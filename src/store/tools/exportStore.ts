import { FlakehoundError } from '../../errors.js';
import type { Job } from '../../jobs/job.js';
import type { JobStore } from '../../jobs/jobStore.js';

const pageJobs = 500;

/**
 * A store as lines of JSON, each with its line break: `{"job": …}` for each job, oldest first,
 * behind it `{"log": …}` for each entry of its log, and at the end `{"errorEvent": …}`. In memory
 * there is no more than a page of jobs. What changes meanwhile is shown as it was before or as it is
 * then, each job once.
 *
 * @throws FlakehoundError `JOB_MISSING` when several hundred jobs in a row are removed meanwhile
 */
export async function* exportLines(store: JobStore): AsyncGenerator<string> {
  let page: readonly Job[] = await store.list({ limit: pageJobs });
  while (page.length > 0) {
    for (const job of page) {
      yield line({ job });
      for (const log of await store.logs(job.id)) yield line({ log });
    }
    page = await nextPage(store, page);
  }
  for (const errorEvent of [...(await store.errorEvents())].reverse()) yield line({ errorEvent });
}

/** The jobs behind a page. Its last ones may be gone: then those before them say where it was. */
async function nextPage(store: JobStore, page: readonly Job[]): Promise<readonly Job[]> {
  const shown = new Set(page.map(({ id }) => id));
  let missing: unknown;
  for (let index = page.length - 1; index >= 0; index--) {
    try {
      const after = page[index]!.id;
      const behind = page.length - 1 - index;
      const next = await store.list({ after, limit: pageJobs + behind });
      return next.filter(({ id }) => !shown.has(id));
    } catch (error) {
      if (!(error instanceof FlakehoundError && error.code === 'JOB_MISSING')) throw error;
      missing = error;
    }
  }
  throw missing;
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
