import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Outcome, TestIdentity } from '../events.js';
import { type FlightRecord, parseFlight } from '../forkserver/flight.js';
import type { TestFile } from './executor.js';
import { failureDetail, isTimeout } from './host/failures.js';
import { identify } from './host/fileTap.js';

/**
 * What the flight recorder knows of a file whose host died: which tests were running, and how the
 * ended ones ended. Ordinals follow the order of execution here, the definition being lost.
 */
export function flightEvidence(
  flightPath: string,
  root: string,
  file: TestFile,
): {
  culprits: readonly TestIdentity[];
  ended: readonly { test: TestIdentity; outcome: Outcome }[];
} {
  const records = parseFlight(readText(flightPath)).filter((r) => isOf(r, root, file));
  const tests = new Map<string, TestIdentity>();
  const ordinals = new Map<string, number>();
  const ended = new Map<string, { test: TestIdentity; outcome: Outcome }>();
  for (const record of records) {
    if (record.e === 'begin' && !tests.has(record.id)) {
      const name = record.name ?? record.id;
      const ordinal = ordinals.get(name) ?? 0;
      ordinals.set(name, ordinal + 1);
      tests.set(record.id, identify(file.project, file.file, name, ordinal));
    }
    const test = tests.get(record.id);
    if (record.e === 'end' && test)
      ended.set(record.id, { test, outcome: outcomeOf(record, root) });
  }
  const culprits = [...tests].filter(([id]) => !ended.has(id)).map(([, test]) => test);
  return { culprits, ended: [...ended.values()] };
}

function outcomeOf(record: FlightRecord, root: string): Outcome {
  const durationMs = record.durationMs ?? 0;
  if (record.state === 'pass') return { kind: 'passed', durationMs };
  if (record.state === 'fail') {
    const failure = failureDetail(record.errors?.[0] ?? {}, root);
    return { kind: isTimeout(failure) ? 'timedOut' : 'failed', durationMs, failure };
  }
  return { kind: 'skipped', why: 'declared' };
}

const isOf = (record: FlightRecord, root: string, file: TestFile): boolean =>
  record.file !== undefined && relative(root, record.file).split(sep).join('/') === file.file;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
