import { createHash } from 'node:crypto';
import { type JobStore, nodeProcesses } from '../../../src/index.js';
import type { HuntEvent } from '../../events.js';
import { asJson } from '../../history/huntRecord.js';
import { HuntRecorder } from '../../history/huntRecorder.js';
import { systemClock } from '../../runner/clock.js';
import { type HuntOptions, hunt } from '../../runner/hunt.js';
import type { HuntReport } from '../../stats/huntReport.js';
import { createTally } from '../../stats/tally.js';
import { type SuiteScript, scriptedSuite } from './scriptedSuite.js';

/** One hunt of the scripted suite. */
export interface ScriptedHunt extends SuiteScript {
  readonly root: string;
  readonly runs: number;
}

/** Ids sort by time: a hunt a minute. */
export const idOf = (hunt: number): string =>
  new Date(Date.UTC(2026, 0, 1) + hunt * 60_000).toISOString().replace(/[-:.]/g, '') +
  `-${hunt.toString(16).padStart(6, '0')}`;

/**
 * Carries out a hunt and records it in the store, as the command does but for the tests themselves.
 *
 * @param see - told every event once the store has what it must have of it
 */
export async function carryOut(
  store: JobStore,
  script: ScriptedHunt,
  see: (event: HuntEvent) => Promise<void> | void = () => undefined,
): Promise<HuntReport> {
  const { root, runs } = script;
  const options: HuntOptions = {
    id: idOf(script.hunt),
    seed: script.hunt + 1,
    root,
    command: ['flakehound', 'hunt', '--runs', String(runs)],
    asked: { runs, forMs: null, untilFailure: false, prove: null },
    confidence: 0.95,
    conditions: ['baseline'],
    order: 'declared',
    shard: null,
  };
  const commit = createHash('sha1').update(String(script.hunt)).digest('hex');
  const branch = script.hunt % 7 === 0 ? `topic-${script.hunt}` : 'main';
  const circumstances = {
    plan: asJson({ suite: { root, filters: [], via: 'auto' }, hunt: options, reports: [] }),
    tree: { git: { commit, branch, changes: null }, tests: commit.slice(0, 24) },
    holder: nodeProcesses().self(),
  };
  const recorder = new HuntRecorder(store, circumstances, {
    now: () => systemClock.now(),
    continued: null,
  });
  const load = { start: async () => undefined, stop: async () => undefined };
  const ports = {
    executor: scriptedSuite(script),
    clock: systemClock,
    load,
    signal: new AbortController().signal,
  };
  const tally = createTally();
  for await (const event of hunt(options, ports)) {
    await recorder.see(event);
    tally.add(event);
    await see(event);
    if (event.type === 'huntFinished') await recorder.finish(tally.report());
  }
  return tally.report();
}
