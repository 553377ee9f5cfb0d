import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { askChild } from '../store/children/child.js';
import { type ScenarioFigures, spreadOf, type Target } from '../store/figures.js';
import { idOf } from './carryOut.js';
import type { Filling } from './children/fill.js';
import type { Writing } from './children/writeReports.js';
import type { HistoryWorld } from './manyHunts.js';
import { type Asked, askInTurns, faster, rowOf, within } from './rounds.js';

const runs = 3;
const atMostMb = 700;

/** One hunt of very many tests: time and memory. */
export async function largeHunt(world: HistoryWorld): Promise<ScenarioFigures> {
  const { large: tests, rounds, folder, say } = world;
  say(`carrying out a hunt of ${tests} tests`);
  const root = join(folder, 'large');
  const files = join(folder, 'large-files');
  for (const old of [root, files]) rmSync(old, { recursive: true, force: true });
  const filling: Filling = { root, first: 0, end: 1, tests, runs };
  const { ms } = await askChild<{ readonly ms: number }>('../../history/children/fill', filling);
  const writing: Writing = { root, folder: files, end: 1, written: 1 };
  const { bytesEach } = await askChild<{ readonly bytesEach: number }>(
    '../../history/children/writeReports',
    writing,
  );
  const report = { what: 'report', id: idOf(0) } as const;
  const list = { what: 'list', limit: 20 } as const;
  const asked = await askInTurns(
    [
      { name: 'history', of: { root }, question: list },
      { name: 'report', of: { root }, question: report },
      { name: 'file: history', of: { folder: files }, question: list },
      { name: 'file: report', of: { folder: files }, question: report },
    ],
    rounds,
  );
  const of = (name: string): Asked => asked.get(name)!;
  const memory = (name: string): Target => ({
    what: `${name}: peak of resident memory`,
    value: spreadOf(of(name).peakMb),
    unit: 'MB',
    atMost: atMostMb,
  });
  return {
    name: 'large',
    title: `a hunt of ${tests} tests, each question in a new process`,
    unit: 'ms of processor time',
    rows: [...asked.values()].map(rowOf),
    targets: [
      within(of('history'), 100),
      faster(of('history'), of('file: history'), 20),
      memory('history'),
      memory('report'),
    ],
    notes: [
      `carried out and kept in ${(ms / 1000).toFixed(1)} s: ${runs} runs`,
      `its report as a file has ${(bytesEach / 1e6).toFixed(1)} MB`,
    ],
  };
}
