/** Looks at reports that lie in files: without a store, a list reads and parses all of them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderHistory } from '../../../history/historyText.js';
import { listedReport } from '../../../history/huntList.js';
import { renderComparison } from '../../../report/comparison.js';
import { tallyOf } from '../../../report/summary.js';
import { renderTerminal } from '../../../report/terminal.js';
import { compareReports } from '../../../stats/comparison.js';
import type { HuntReport } from '../../../stats/huntReport.js';
import { answer, given } from '../../store/children/answer.js';
import type { Look, Question } from './look.js';

const view = { columns: 100, colour: false };
const { folder, question } = given<{ readonly folder: string; readonly question: Question }>();

answer(async (): Promise<Look> => {
  const from = performance.now();
  const before = process.cpuUsage();
  const text = await textOf(question);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000;
  return { ms, cpuMs, peakMb: process.resourceUsage().maxRSS / 1000, characters: text.length };
});

// Nothing checks the reports against their schema: that would take longer still.
const read = async (name: string): Promise<HuntReport> =>
  JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as HuntReport;

async function textOf(asked: Question): Promise<string> {
  switch (asked.what) {
    case 'list': {
      const files = (await readdir(folder)).sort().reverse().slice(0, asked.limit);
      const listed = [];
      for (const file of files) {
        const report = await read(file.slice(0, -'.json'.length));
        listed.push(listedReport(report, tallyOf(report)));
      }
      return renderHistory(listed, view);
    }
    case 'report':
      return renderTerminal(await read(asked.id), view);
    case 'compare': {
      const [before, after] = [await read(asked.ids[0]), await read(asked.ids[1])];
      const hunts = {
        before: { hunt: before.hunt, tree: '' },
        after: { hunt: after.hunt, tree: '' },
      };
      return renderComparison(compareReports(before, after, 0.95), hunts, view);
    }
    case 'begin':
      return '';
  }
}
