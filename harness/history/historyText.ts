import { renderColumns } from '../report/columns.js';
import { wrap } from '../report/fitText.js';
import { count, counted, interval, percent } from '../report/format.js';
import type { TerminalView } from '../report/terminal.js';
import { failuresOf, rateOf } from '../stats/counts.js';
import { verdictOf } from '../stats/verdict.js';
import type { ListedHunt, TestInHunt } from './huntList.js';

/** Hunts over time, newest first, as a table. */
export function renderHistory(hunts: readonly ListedHunt[], view: TerminalView): string {
  const lines = renderColumns(
    [
      { heading: 'HUNT', align: 'left' },
      { heading: 'COMMIT', align: 'left' },
      { heading: 'BRANCH', align: 'left', cutTo: 'BRANCH'.length },
      { heading: 'RUNS', align: 'right' },
      { heading: 'FLAKY', align: 'right' },
      { heading: 'BROKEN', align: 'right' },
      { heading: 'STABLE', align: 'right' },
    ],
    hunts.map((hunt) => [
      hunt.id,
      commitOf(hunt),
      hunt.branch ?? '',
      runsOf(hunt),
      ...[hunt.tally?.flaky, hunt.tally?.broken, hunt.tally?.stable].map((number) =>
        number === undefined ? '-' : count(number),
      ),
    ]),
    view,
  );
  const notes = hunts.flatMap((hunt) => wrap(noteOf(hunt), view.columns));
  const said = notes.filter((line) => line !== '');
  return `${[...lines, ...(said.length > 0 ? ['', ...said] : [])].join('\n')}\n`;
}

/** `1a2b3c4`, with a star where files differed from the commit. */
export const commitOf = ({ commit, dirty }: Pick<ListedHunt, 'commit' | 'dirty'>): string =>
  commit === null ? '' : `${commit.slice(0, 7)}${dirty ? '*' : ''}`;

const runsOf = ({ runs }: ListedHunt): string =>
  runs.asked === null ? count(runs.done) : `${count(runs.done)}/${count(runs.asked)}`;

function noteOf({ id, status, error }: ListedHunt): string {
  switch (status) {
    case 'completed':
      return '';
    case 'failed':
      return `${id} failed: ${error ?? 'for an unknown reason'}`;
    case 'given up':
      return `${id} was cut off, and is too old to go on`;
    case 'running':
      return `${id} is running`;
    case 'unfinished':
      return `${id} was cut off: flakehound hunt --resume ${id} goes on with it`;
  }
}

/** One test in a hunt that had it. */
export interface TestInHistory extends TestInHunt {
  readonly hunt: ListedHunt;
}

/** One test over time, newest first, as a table. */
export function renderTestHistory(history: readonly TestInHistory[], view: TerminalView): string {
  const lines = renderColumns(
    [
      { heading: 'STARTED', align: 'left' },
      { heading: 'COMMIT', align: 'left' },
      { heading: 'BRANCH', align: 'left', cutTo: 'BRANCH'.length },
      { heading: 'VERDICT', align: 'left' },
      { heading: 'RATE', align: 'right' },
      { heading: 'INTERVAL', align: 'left' },
      { heading: 'FAILED', align: 'right' },
    ],
    history.map(({ hunt, counts }) => {
      const { flakeRate, interval: bounds } = rateOf(counts, hunt.confidence);
      return [
        hunt.startedAt.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' '),
        commitOf(hunt),
        hunt.branch ?? '',
        counts.attempts === 0 ? 'skipped' : verdictOf(counts, hunt),
        flakeRate === null ? '-' : percent(flakeRate),
        bounds === null ? '' : interval(bounds),
        `${count(failuresOf(counts))}/${count(counts.attempts)}`,
      ];
    }),
    view,
  );
  const [first] = history;
  const title = first === undefined ? [] : [...wrap(placeOf(first), view.columns), ''];
  const closing = `${counted(history.length, 'hunt')}, the newest first; times in UTC`;
  return `${[...title, ...lines, '', closing].join('\n')}\n`;
}

const placeOf = ({ test }: TestInHunt): string => `${test.file} > ${test.name}`;

/** One line of JSON a hunt. */
export const renderHistoryJson = (hunts: readonly ListedHunt[]): string =>
  hunts.map((hunt) => `${JSON.stringify(hunt)}\n`).join('');

/** One line of JSON a hunt. */
export const renderTestHistoryJson = (history: readonly TestInHistory[]): string =>
  history
    .map(({ hunt, test, counts }) => {
      const { id, project, file, name } = test;
      const { tally: _, runs: __, error: ___, ...of } = hunt;
      const verdict = verdictOf(counts, hunt);
      const rate = rateOf(counts, hunt.confidence);
      return `${JSON.stringify({ ...of, test: { id, project, file, name }, verdict, ...countsAlone(counts), ...rate })}\n`;
    })
    .join('');

/** Counts alone: where they came from there may be more. */
function countsAlone({
  attempts,
  passed,
  failed,
  timedOut,
  crashed,
  skipped,
}: TestInHunt['counts']) {
  return { attempts, passed, failed, timedOut, crashed, skipped };
}
