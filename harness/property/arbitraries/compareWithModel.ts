import { isDeepStrictEqual } from 'node:util';
import { FlakehoundError } from '../../../src/index.js';
import { type JobScript, type JobStep, jobScript } from './jobScript.js';
import { printCode } from './printCode.js';
import { type JobScriptWorld, jobStoreContents, runJobScript } from './runJobScript.js';

/**
 * Runs a script on a store and on another that is known to be right, step by step, and compares what
 * came of each call, and after each step all jobs and logs. Both must go by clocks that show the
 * same time.
 *
 * @throws FlakehoundError `PROPERTY_DIFFERENCE` at the first difference
 */
export async function compareWithModel(
  script: JobScript,
  { actual, model }: { readonly actual: JobScriptWorld; readonly model: JobScriptWorld },
): Promise<void> {
  let [store, twin] = [actual.store, model.store];
  for (const [at, step] of script.entries()) {
    const single = jobScript([step]);
    const expected = await runJobScript(single, { ...model, store: twin });
    const found = await runJobScript(single, { ...actual, store });
    [store, twin] = [found.store, expected.store];
    for (const [call, outcome] of found.outcomes.entries()) {
      demandSame({ at, step, what: `call ${call}` }, outcome, expected.outcomes[call]);
    }
    const [shown, due] = [await jobStoreContents(store), await jobStoreContents(twin)];
    demandSame({ at, step, what: 'the jobs' }, shown.jobs, due.jobs);
    demandSame({ at, step, what: 'the logs' }, shown.logs, due.logs);
  }
}

function demandSame(
  place: { readonly at: number; readonly step: JobStep; readonly what: string },
  found: unknown,
  expected: unknown,
): void {
  if (isDeepStrictEqual(found, expected)) return;
  const { at, step, what } = place;
  throw new FlakehoundError(
    'PROPERTY_DIFFERENCE',
    `after step ${at} ${printCode(step)} ${what} differ\nstore: ${printCode(found)}\nmodel: ${printCode(expected)}`,
    { hint: 'run the script again as it was printed, up to this step' },
  );
}
