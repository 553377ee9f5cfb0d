import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../places.js';
import { type ScenarioFigures, spreadOf } from '../store/figures.js';
import { closedRoot, type HistoryWorld } from './manyHunts.js';

/** What a person waits for: the command line from its start to its end, against one that only says its version. */
export async function wholeCommand(world: HistoryWorld): Promise<ScenarioFigures> {
  const cli = join(packageRoot, 'dist', 'harness', 'cli', 'main.js');
  const root = closedRoot(world);
  const commands = [
    { name: 'node, doing nothing', words: ['-e', '0'] },
    { name: 'flakehound --version', words: [cli, '--version'] },
    { name: 'flakehound history', words: [cli, 'history', '--root', root] },
    { name: 'flakehound report', words: [cli, 'report', '--root', root] },
  ];
  const ms = new Map(commands.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < world.rounds; round++) {
    for (const { name, words } of commands) {
      const from = performance.now();
      const { status, stderr } = spawnSync(process.execPath, words, {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
      ms.get(name)?.push(performance.now() - from);
    }
  }
  return {
    name: 'commands',
    title: 'whole commands, from the start of the process to its end',
    unit: 'ms',
    rows: [...ms].map(([name, values]) => ({ name, value: spreadOf(values) })),
    targets: [],
    notes: [],
  };
}
