/** `npm run bench:hunt`: see docs/benchmarks.md. */
import { parseArgs } from 'node:util';
import { loadLine, machineLine } from '../machine.js';
import { nodeModules } from '../places.js';
import { type SuiteShape, suiteShapes } from '../suites.js';
import { writeSuite } from '../writeSuite.js';
import type { Contestant } from './contestant.js';
import { createHuntContestant } from './huntContestant.js';
import { judge, type SuiteFigures } from './judge.js';
import { race } from './race.js';
import { createRerun } from './rerun.js';
import { createShellLoop } from './shellLoop.js';
import { renderFigures } from './table.js';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    workers: { type: 'string', default: '2' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
const workers = Number(values.workers);
const known = suiteShapes.map(({ name }) => name);
const asked = values.suite ?? known;
const strangers = asked.filter((name) => !known.includes(name));
if (strangers.length > 0 || !(rounds >= 1) || !(workers >= 1)) {
  process.stderr.write(
    `usage: bench:hunt [--suite ${known.join('|')}]... [--rounds N] [--workers N] [--quick]\n`,
  );
  process.exit(2);
}

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt.abort());
process.stdout.write(`${machineLine(nodeModules)}\nload average at the start: ${loadLine()}\n`);
const figures: SuiteFigures[] = [];
try {
  for (const shape of suiteShapes) {
    if (asked.includes(shape.name)) figures.push(await measure(shape));
  }
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
}
process.stdout.write(
  `${workers} workers, ${rounds} interleaved rounds; ms of one further run, medians\n` +
    `${renderFigures(figures)}load average at the end: ${loadLine()}\n`,
);
const good = figures.every((f) => f.wrong.length === 0 && f.targets.every((t) => t.met));
process.exit(interrupt.signal.aborted ? 130 : good ? 0 : 1);

async function measure(shape: SuiteShape): Promise<SuiteFigures> {
  const suite = await writeSuite(shape, nodeModules);
  try {
    const times = await race(contestants(suite.root, shape), {
      rounds,
      now: () => performance.now(),
      signal: interrupt.signal,
      onTurn: (name, round, ms) =>
        process.stderr.write(`${shape.name} ${round}/${rounds} ${name} ${ms.toFixed(0)} ms\n`),
    });
    return judge(shape, workers, times);
  } finally {
    await suite.remove();
  }
}

function contestants(root: string, shape: SuiteShape): readonly Contestant[] {
  const tests = shape.files * shape.tests;
  const of = { root, workers, tests };
  return [
    createShellLoop(root, workers),
    createRerun(root, workers, tests),
    createHuntContestant({ ...of, name: 'hunt', via: 'auto', runsPerTurn: 3 }),
    createHuntContestant({ ...of, name: 'portable', via: 'vitest', runsPerTurn: 2 }),
  ];
}
