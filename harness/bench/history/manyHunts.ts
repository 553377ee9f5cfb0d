import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { historyFolder } from '../../history/openHistory.js';
import { usualRetention } from '../../history/retention.js';
import { askChild, startChild } from '../store/children/child.js';
import { type ScenarioFigures, spreadOf, type Target } from '../store/figures.js';
import { idOf, type ScriptedHunt } from './carryOut.js';
import type { Filling } from './children/fill.js';
import type { Question } from './children/look.js';
import type { Writing } from './children/writeReports.js';
import type { HistoryBenchOptions } from './options.js';
import { type Asking, askInTurns, copyRoot, faster, rowOf, within } from './rounds.js';

/** What every scenario is given. */
export interface HistoryWorld extends HistoryBenchOptions {
  /** On the disk that is measured. */
  readonly folder: string;
  readonly say: (words: string) => void;
}

/** A checkpoint is made when the log has grown by 4 MiB: this is nearly the longest that it gets. */
const longestLog = 3.75 * 1024 * 1024;
const usualLimit = 20;
const writtenReports = 10;
const atMostMs = 100;

/** The root whose hunts all closed their store. */
export const closedRoot = ({ folder }: Pick<HistoryWorld, 'folder'>): string =>
  join(folder, 'closed');

/** Many hunts: listed, shown, compared and begun, from a checkpoint and after a kill. */
export async function manyHunts(world: HistoryWorld): Promise<readonly ScenarioFigures[]> {
  const { hunts, tests, rounds, folder, say } = world;
  const root = closedRoot(world);
  const filled = await fill(world, root);
  const killed = join(folder, 'killed');
  rmSync(killed, { recursive: true, force: true });
  await copyRoot(root, killed);
  const cut = await cutOff({ root: killed, hunt: hunts, tests, runs: 1_000_000 });
  const files = join(folder, 'files');
  rmSync(files, { recursive: true, force: true });
  const { bytesEach } = await writeReports({
    root,
    folder: files,
    end: hunts,
    written: writtenReports,
  });
  say(`asking ${rounds} rounds`);

  const oldest = idOf(0);
  const newest = idOf(hunts - 1);
  const list: Question = { what: 'list', limit: usualLimit };
  const all: Question = { what: 'list', limit: hunts };
  const compare: Question = { what: 'compare', ids: [oldest, newest] };
  const inStates = (name: string, question: Question): Asking[] => [
    { name, of: { root }, question },
    { name: `${name}, after kill -9`, of: { root: killed }, question },
  ];
  const asked = await askInTurns(
    [
      ...inStates(`history of the newest ${usualLimit}`, list),
      ...inStates(`history of all ${hunts}`, all),
      ...inStates('report of the newest', { what: 'report', id: newest }),
      ...inStates('report of the oldest', { what: 'report', id: oldest }),
      ...inStates('compare the oldest with the newest', compare),
      ...inStates('begin a hunt', { what: 'begin', hunt: hunts + 1, tests }),
      { name: 'files: all', of: { folder: files }, question: all },
      {
        name: 'files: the newest',
        of: { folder: files },
        question: { what: 'report', id: newest },
      },
      { name: 'files: compare', of: { folder: files }, question: compare },
    ],
    rounds,
  );
  const of = (name: string) => asked.get(name)!;
  // What a person waits for before anything else can be done.
  const prompt = [...asked.values()].filter(({ name }) => /^(history|begin)/.test(name));
  return [
    {
      name: 'hunts',
      title: `${hunts} hunts of ${tests} tests, each question in a new process`,
      unit: 'ms of processor time',
      rows: [...asked.values()].map(rowOf),
      targets: [
        ...prompt.map((one) => within(one, atMostMs)),
        faster(of(`history of all ${hunts}`), of('files: all'), 20),
      ],
      notes: [
        `${filled}`,
        `killed after ${cut.runs} runs of another hunt, with ${mb(cut.bytes)} MB of log behind the checkpoint`,
        `a report as a file has ${mb(bytesEach)} MB; ${writtenReports} are written, the others are links to those`,
        'a report in a file is parsed and not checked; one in the store is judged anew from its counts',
        'from the open of the store to the text; the start of the process is outside',
      ],
    },
    diskFigures(root, hunts),
  ];
}

async function fill(world: HistoryWorld, root: string): Promise<string> {
  const { hunts, tests, runs, newestRuns, say } = world;
  if (existsSync(root)) return 'the hunts are those that an earlier run has kept';
  const old = Math.max(0, hunts - usualRetention.hunts);
  say(`carrying out ${hunts} hunts of ${tests} tests`);
  let tookMs = 0;
  const steps: readonly Filling[] = [
    { root, first: 0, end: old, tests, runs },
    { root, first: old, end: hunts, tests, runs: newestRuns },
  ];
  for (const step of steps) {
    tookMs += (await askChild<{ readonly ms: number }>('../../history/children/fill', step)).ms;
  }
  return `${hunts} hunts were carried out in ${(tookMs / 1000).toFixed(0)} s: ${runs} runs each, the newest ${usualRetention.hunts} had ${newestRuns}`;
}

async function cutOff(
  script: ScriptedHunt,
): Promise<{ readonly runs: number; readonly bytes: number }> {
  const given = { ...script, logBytes: longestLog };
  const child = startChild('../../history/children/beCutOff', given);
  try {
    return await child.ask({});
  } finally {
    await child.kill();
  }
}

const writeReports = (given: Writing): Promise<{ readonly bytesEach: number }> =>
  askChild('../../history/children/writeReports', given);

/** What the hunts take on the disk: the newest ones with their runs, the others without. */
function diskFigures(root: string, hunts: number): ScenarioFigures {
  const store = historyFolder(root);
  const sizes = readdirSync(store).map((name) => ({
    name,
    bytes: statSync(join(store, name)).size,
  }));
  const of = (start: string): number =>
    sizes.filter(({ name }) => name.startsWith(start)).reduce((sum, { bytes }) => sum + bytes, 0);
  const all: Target = {
    what: 'a hunt, all in all',
    value: spreadOf([of('') / hunts / 1000]),
    unit: 'kB',
    atMost: 30,
  };
  return {
    name: 'disk',
    title: `${mb(of(''))} MB in ${sizes.length} files`,
    unit: 'MB',
    rows: ['jobs-', 'logs-', 'wal-', 'spare-'].map((start) => ({
      name: start,
      value: spreadOf([of(start) / 1e6]),
    })),
    targets: [all],
    notes: ['two checkpoints are kept, so most is there twice'],
  };
}

/** Removes what the scenarios made. */
export const clear = ({ folder }: HistoryWorld): void =>
  rmSync(folder, { recursive: true, force: true });

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
