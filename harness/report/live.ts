import { Ansis } from 'ansis';
import type { LiveTest, LiveView } from '../stats/liveView.js';
import { cut, oneLine } from './fitText.js';
import { count, percent } from './format.js';
import { soFarWords, whereWords } from './plainProgress.js';
import type { TerminalView } from './terminal.js';

const mostFlaky = 5;
const widestBar = 40;
const narrowestBar = 10;

/** A few lines that replace each other while the hunt runs; none wider than the terminal. */
export function renderLive(view: LiveView, { columns, colour }: TerminalView): string {
  const paint = new Ansis(colour ? 1 : 0);
  // Some terminals wrap a line that fills their last column, which breaks the redraw.
  const width = Math.max(20, columns - 1);
  const shown = view.flaky.slice(0, mostFlaky);
  const more = view.flaky.length - shown.length;
  return [
    progressLine(view, width, paint),
    cut(soFarWords(view).join(', '), width),
    ...shown.map((test) => flakyLine(test, width, paint)),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
  ].join('\n');
}

function progressLine(view: LiveView, width: number, paint: Ansis): string {
  const done = fractionDone(view);
  const words = whereWords(view).join(', ');
  if (done === null) return cut(words, width);
  const share = `${String(Math.floor(done * 100)).padStart(3)} %`;
  const room = Math.min(widestBar, width - words.length - share.length - 4);
  if (room < narrowestBar) return cut(`${share.trimStart()}  ${words}`, width);
  const full = Math.round(done * room);
  const bar = paint.green('█'.repeat(full)) + paint.dim('░'.repeat(room - full));
  return `${bar} ${share}  ${words}`;
}

/** 0..1, by runs where their number is known, else by time; null when neither tells. */
function fractionDone(view: LiveView): number | null {
  const { runsAsked, runsDone, elapsedMs, etaMs } = view;
  if (runsAsked !== null && runsAsked > 0) {
    const ofRun =
      view.run !== null && view.filesInRun > 0 ? Math.min(1, view.filesDone / view.filesInRun) : 0;
    return Math.min(1, (runsDone + ofRun) / runsAsked);
  }
  return etaMs === null || elapsedMs + etaMs <= 0 ? null : elapsedMs / (elapsedMs + etaMs);
}

function flakyLine(test: LiveTest, width: number, paint: Ansis): string {
  const rate = percent(test.flakeRate).padStart('>99.9 %'.length);
  const lead = `  ${rate}  ${count(test.failures)} of ${count(test.attempts)}  `;
  const room = Math.max(0, width - lead.length);
  return paint.yellow(lead) + cut(oneLine(`${test.file} > ${test.name}`), room);
}
