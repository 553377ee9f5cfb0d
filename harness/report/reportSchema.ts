import { conditionNames } from '../events.js';

type Schema = Readonly<Record<string, unknown>>;

const text = (description: string): Schema => ({ type: 'string', description });
const natural = (description: string): Schema => ({ type: 'integer', minimum: 0, description });
const positive = (description: string): Schema => ({ type: 'integer', minimum: 1, description });
const milliseconds = (description: string): Schema => ({
  type: 'number',
  minimum: 0,
  description: `${description}, in milliseconds.`,
});
const ratio = (description: string): Schema => ({
  type: 'number',
  minimum: 0,
  maximum: 1,
  description,
});
const oneOf = (values: readonly string[], description: string): Schema => ({
  enum: values,
  description,
});
const list = (items: Schema, description: string): Schema => ({
  type: 'array',
  items,
  description,
});
const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });
const hex = (description: string): Schema => ({
  type: 'string',
  pattern: '^[0-9a-f]{12}$',
  description,
});

/** Two types with null as the second: `type` must name both for each reader to understand it. */
const orNull = (schema: Schema): Schema =>
  '$ref' in schema
    ? { anyOf: [schema, { type: 'null' }] }
    : { ...schema, type: [schema.type, 'null'] };

/** Every property is required unless named in `optional`; no other is allowed. */
const record = (
  description: string,
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: 'object',
  description,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
  properties,
});

const counts = {
  attempts: natural('Attempts that were not skipped: n of the rate.'),
  passed: natural('Attempts that passed.'),
  failed: natural('Attempts that failed.'),
  timedOut: natural('Attempts that ran into a time limit.'),
  crashed: natural('Attempts whose worker died while the test was running.'),
  skipped: natural('Times the test was skipped: no attempts.'),
};
const rates = {
  flakeRate: orNull(
    ratio('Attempts that did not pass, by all attempts; null when every attempt was skipped.'),
  ),
  interval: orNull(reference('interval')),
};
const condition = oneOf(conditionNames, 'What the runs changed against the plain suite.');
const file = text('Path relative to the root, with forward slashes.');
const project = text("Vitest's project name; empty where the suite has none.");
const frame = orNull(
  text("Topmost frame in the user's own code, file:line:column; null when none is known."),
);
const firstRun = positive('Run in which it was first seen; runs count from 1 through the hunt.');

const head = record('The whole investigation.', {
  id: text('Name of this hunt.'),
  seed: { type: 'number', description: 'Everything random in the hunt derives from it.' },
  root: text('Folder in which the hunt ran.'),
  command: list(text('One word.'), 'The command as typed.'),
  vitest: text("Version of the suite's Vitest."),
  node: text('Version of Node.'),
  startedAt: text('Instant in ISO 8601, UTC.'),
  durationMs: milliseconds('Duration of the hunt'),
  runs: record('Passes of the selection, over all conditions.', {
    asked: orNull(natural('null when time, a failure or a proof ends the hunt.')),
    done: natural('Runs that were completed.'),
    crashed: natural('Runs whose host process died.'),
  }),
  conditions: list(condition, 'Conditions of the hunt.'),
  interrupted: { type: 'boolean', description: 'Whether the hunt was stopped by a person.' },
  stopped: oneOf(
    ['runsDone', 'timeUp', 'failureFound', 'allSettled', 'interrupted'],
    'What ended the hunt.',
  ),
  confidence: ratio('Confidence of every interval in this report.'),
  prove: orNull(ratio('Rate that the hunt was to exclude; null unless a proof was asked for.')),
  workers: natural('Files carried out at once.'),
  executor: oneOf(['forkServer', 'vitest'], 'What carried out the runs.'),
  files: natural('Files in the selection.'),
  shard: orNull(
    record('Part of the suite that this hunt covers; null for all of it.', {
      index: positive('Which one, from 1.'),
      count: positive('Of how many.'),
    }),
  ),
  notices: list(
    record('One notice.', {
      code: text('Stable name of the notice.'),
      message: text('The notice in words.'),
    }),
    'What a reader must know to judge the figures.',
  ),
});

const test = record(
  'One test case.',
  {
    id: hex('The same across runs, machines and orders.'),
    file,
    name: text("Full name, with ' > ' between its parts."),
    project,
    verdict: oneOf(
      ['stable', 'flaky', 'broken', 'unproven'],
      'stable: all passed; flaky: mixed; broken: none passed; unproven: too few attempts.',
    ),
    ...counts,
    ...rates,
    byCondition: list(
      record('What was seen under one condition.', { condition, ...counts, ...rates }),
      'The same counts for each condition.',
    ),
    signatures: list(reference('signature'), 'Different ways in which it failed.'),
    durationMs: orNull(reference('durations')),
    cause: record('Why it is flaky, found by experiment.', {
      kind: text('Kind of cause.'),
      evidence: text('What showed it.'),
    }),
  },
  ['cause'],
);

const fileFailure = record('One way in which a file failed outside any test.', {
  file,
  project,
  phase: oneOf(
    ['import', 'hook', 'crash', 'timeout', 'unhandled', 'teardown'],
    'Where in the file it went wrong.',
  ),
  verdict: oneOf(['flaky', 'broken'], 'broken: failed so in every run.'),
  runs: positive('Runs in which the file was carried out.'),
  failedRuns: positive('Those in which it failed so.'),
  flakeRate: ratio('failedRuns by runs.'),
  interval: reference('interval'),
  byCondition: list(
    record('What was seen under one condition.', {
      condition,
      runs: natural('Runs under this condition.'),
      failedRuns: natural('Those in which it failed so.'),
    }),
    'The same counts for each condition.',
  ),
  signatures: list(reference('signature'), 'Different ways in which it failed.'),
});

const definitions = {
  interval: record('Bounds of a flake rate.', {
    low: ratio('Lower end.'),
    high: ratio('Upper end.'),
    confidence: ratio('How sure the bounds are.'),
    method: oneOf(
      ['wilson', 'exact'],
      'wilson: two-sided score interval; exact: one-sided bound, for 0 or n failures of n.',
    ),
  }),
  signature: record('What failures that are the same failure share.', {
    key: hex('Over message and frame.'),
    message: text('Normalised: what differs from run to run is replaced.'),
    frame,
    count: positive('Failures with this signature.'),
    firstRun,
    replay: text('A command that makes it fail again.'),
  }),
  durations: record('How long attempts took; null when none was measured.', {
    min: milliseconds('Shortest'),
    median: milliseconds('Median'),
    p95: milliseconds('95th percentile'),
    max: milliseconds('Longest'),
    buckets: list(
      {
        type: 'array',
        items: [milliseconds('Upper bound'), natural('Attempts in this bucket.')],
        minItems: 2,
        additionalItems: false,
        description: 'Upper bound and count.',
      },
      'Geometric histogram from which median and p95 are read, for merging reports.',
    ),
  }),
};

/**
 * The JSON report's contract, as JSON Schema draft-07.
 *
 * `report.schema.json` beside this file is the same as a file, for readers in other languages: a
 * test keeps them equal, `npx vitest run test/harness/report/reportSchema.test.ts --update` writes it.
 */
export const reportSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Report of flakehound hunt',
  ...record('One hunt: what was run, and what each test and file did.', {
    schemaVersion: { const: 1, description: 'Version of this contract.' },
    hunt: head,
    tests: list(test, 'Every test that was seen.'),
    files: list(fileFailure, 'Failures outside any test: import, hooks, crashes.'),
    errors: list(
      record('One error.', {
        message: text('The error in words.'),
        frame,
        count: positive('How often it was raised.'),
        firstRun,
      }),
      'What belongs to no file.',
    ),
  }),
  definitions,
};
