import type { HuntEvent } from '../../../../harness/events.js';
import { renderJson } from '../../../../harness/report/json.js';
import { hunt } from '../../../../harness/runner/hunt.js';
import { createTally } from '../../../../harness/stats/tally.js';
import { type FakeSuite, fakeExecutor } from '../../../support/fakeExecutor.js';
import { fakeIo } from '../../../support/fakeIo.js';

/** The JSON report of a hunt of four runs over this suite. */
export async function storedHunt(id: string, suite: FakeSuite): Promise<string> {
  const { clock, signal, createLoad } = fakeIo();
  const tally = createTally();
  const events: AsyncIterable<HuntEvent> = hunt(
    {
      id,
      seed: 7,
      root: '/repo',
      command: ['flakehound', 'hunt', '--runs', '4'],
      asked: { runs: 4, forMs: null, untilFailure: false, prove: null },
      confidence: 0.95,
      conditions: ['baseline'],
      order: 'declared',
      shard: null,
    },
    { executor: fakeExecutor(suite), clock, signal, load: createLoad() },
  );
  for await (const event of events) tally.add(event);
  return renderJson(tally.report());
}
