#!/usr/bin/env node
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { nodeProcesses } from '../../src/index.js';
import { openHistory } from '../history/openHistory.js';
import { gitCommit, gitState } from '../history/treeState.js';
import { systemClock } from '../runner/clock.js';
import { createCpuLoad } from '../runner/load.js';
import { createLocalExecutor } from '../runner/localExecutor.js';
import { errorText } from './errorText.js';
import { ExitCode } from './exitCodes.js';
import { huntId } from './huntId.js';
import { type Io, type OutStream, outStream } from './io.js';
import { nodeStores } from './nodeStores.js';
import { runCli } from './runCli.js';

/** The manifest, two folders above the compiled `harness/cli/`'s own parent. */
function packageVersion(): string {
  for (const manifest of ['../../../package.json', '../../package.json']) {
    try {
      const parsed: unknown = JSON.parse(readFileSync(new URL(manifest, import.meta.url), 'utf8'));
      if (
        typeof parsed === 'object' &&
        parsed !== null &&
        'name' in parsed &&
        'version' in parsed
      ) {
        if (parsed.name === 'flakehound') return String(parsed.version);
      }
    } catch {
      // Compiled and source files lie at unlike depths: the other path it is.
    }
  }
  return 'unknown';
}

const interrupt = new AbortController();
const kills = new Set<() => void>();

function die(code: ExitCode): never {
  for (const kill of kills) kill();
  process.exit(code);
}

function onSignal(): void {
  if (interrupt.signal.aborted) die(ExitCode.interrupted);
  interrupt.abort();
}

const err: OutStream = outStream(process.stderr, process.env);
const io: Io = {
  // Whoever read the results has gone: nothing that could still be found reaches anyone.
  out: outStream(process.stdout, process.env, () => interrupt.abort()),
  err,
  cwd: process.cwd(),
  env: process.env,
  node: process.version,
  clock: systemClock,
  signal: interrupt.signal,
  onKill(kill) {
    kills.add(kill);
    return () => kills.delete(kill);
  },
  createExecutor: createLocalExecutor,
  createLoad: () => createCpuLoad(availableParallelism()),
  openHistory,
  stores: nodeStores,
  git: { state: gitState, commit: gitCommit },
  processes: nodeProcesses(),
  freshHuntId: () => huntId(systemClock.date(), randomBytes(3).toString('hex')),
  freshSeed: () => randomInt(1, 2 ** 31 - 1),
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
// Node's own exit code for these is 1, which here would claim a flaky test.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    err.clear();
    process.stderr.write(errorText(error, err));
    die(ExitCode.bug);
  });
}

const code = await runCli(process.argv.slice(2), { version: packageVersion(), io });
for (const stream of [process.stdout, process.stderr]) {
  await new Promise<void>((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}
process.exit(code);
