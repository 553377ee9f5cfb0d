/** Looks at hunts in the store once, as the command of that name does, from the open to the text. */
import { invariant, type JobStore } from '../../../../src/index.js';
import { renderHistory } from '../../../history/historyText.js';
import { listedHunt } from '../../../history/huntList.js';
import { findHunt, listHunts, reportOfHunt } from '../../../history/huntReader.js';
import { NameBook } from '../../../history/names.js';
import { openHistory } from '../../../history/openHistory.js';
import { renderComparison } from '../../../report/comparison.js';
import { renderTerminal } from '../../../report/terminal.js';
import { compareReports } from '../../../stats/comparison.js';
import type { HuntReport } from '../../../stats/huntReport.js';
import { answer, given } from '../../store/children/answer.js';
import { carryOut } from '../carryOut.js';

/** What is to be looked at. */
export type Question =
  | { readonly what: 'list'; readonly limit: number }
  | { readonly what: 'report'; readonly id: string }
  | { readonly what: 'compare'; readonly ids: readonly [string, string] }
  | { readonly what: 'begin'; readonly hunt: number; readonly tests: number };

/** How long it took, and the most memory that the process had. */
export interface Look {
  readonly ms: number;
  /** Processor time of all threads meanwhile: what the machine's other work doesn't change much. */
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly characters: number;
}

const view = { columns: 100, colour: false };
const { root, question } = given<{ readonly root: string; readonly question: Question }>();

answer(async (): Promise<Look> => {
  const from = performance.now();
  const before = process.cpuUsage();
  const use = question.what === 'begin' ? 'record' : 'read';
  const store = await openHistory(root, use);
  if (store === null) throw new Error(`no hunts are kept under ${root}`);
  const text = await textOf(store, question);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  await store.close();
  return { ms, cpuMs, peakMb: process.resourceUsage().maxRSS / 1000, characters: text.length };
});

async function textOf(store: JobStore, asked: Question): Promise<string> {
  switch (asked.what) {
    case 'list': {
      const hunts = await listHunts(store, { limit: asked.limit, isWanted: () => true });
      invariant(hunts.length > 0, 'there are hunts to list');
      return renderHistory(
        hunts.map((hunt) => listedHunt(hunt, false)),
        view,
      );
    }
    case 'report':
      return renderTerminal(await reportOf(store, asked.id), view);
    case 'compare': {
      const [before, after] = [
        await reportOf(store, asked.ids[0]),
        await reportOf(store, asked.ids[1]),
      ];
      const hunts = {
        before: { hunt: before.hunt, tree: '' },
        after: { hunt: after.hunt, tree: '' },
      };
      return renderComparison(compareReports(before, after, 0.95), hunts, view);
    }
    case 'begin':
      return await firstRun(store, asked);
  }
}

let names: NameBook | null = null;

async function reportOf(store: JobStore, id: string): Promise<HuntReport> {
  const hunt = await findHunt(store, id);
  if (hunt === null) throw new Error(`no hunt ${id} is kept under ${root}`);
  names ??= await NameBook.open(store);
  return await reportOfHunt(store, hunt, names);
}

/** Up to where the first test would begin. */
async function firstRun(
  store: JobStore,
  { hunt, tests }: { readonly hunt: number; readonly tests: number },
): Promise<string> {
  const begun = new Error('that is all');
  await carryOut(store, { root, hunt, tests, runs: 1 }, (event) => {
    if (event.type === 'runStarted') throw begun;
  }).catch((error: unknown) => {
    if (error !== begun) throw error;
  });
  return '';
}
