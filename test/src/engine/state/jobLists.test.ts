import { expect, test } from 'vitest';
import { createByteSink } from '../../../../src/engine/byteSink.js';
import { encodePut } from '../../../../src/engine/records.js';
import { JobLists } from '../../../../src/engine/state/jobLists.js';
import { RecentLogs } from '../../../../src/engine/state/recentLogs.js';
import { RecentState } from '../../../../src/engine/state/recentState.js';
import { emptyTable } from '../../../../src/engine/state/tableView.js';
import { aJob } from '../../../support/jobs.js';

test('a list by type parses no replayed job of another one', () => {
  const logs = new RecentLogs({ lastNumber: () => 0, jobId: () => '' });
  const state = new RecentState({ table: emptyTable, lastSeq: 0, cacheBytes: 1e6, logs });
  const sink = createByteSink(64);
  for (let seq = 1; seq <= 6; seq++) {
    const type = seq % 3 === 0 ? 'hunt' : 'run';
    encodePut(sink, seq, aJob({ id: `j${seq}`, type, data: { much: 'x' } }), 1e6);
    // Whoever parses the data of a run fails: it ends without its brace.
    if (type === 'run') sink.bytes.fill(0x20, sink.at - 1, sink.at);
  }
  expect(state.replay({ bytes: sink.bytes, from: 0, to: sink.at }, 1, () => {})).toBe(-1);
  const lists = new JobLists(state, 1e6, () => undefined);
  for (const newest of [false, true]) {
    const ids = lists.list({ type: 'hunt', newest }).map(({ id }) => id);
    expect(ids).toEqual(newest ? ['j6', 'j3'] : ['j3', 'j6']);
  }
  expect(() => lists.list({ type: 'run' })).toThrow(/holds no JSON/);
});
