import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { FlakehoundError } from '../../src/index.js';
import type { HuntReport } from '../stats/huntReport.js';
import { reportSchema } from './reportSchema.js';

/** The report as JSON, for programs, `merge` and `report`. */
export const renderJson = (report: HuntReport): string => `${JSON.stringify(report, null, 2)}\n`;

const schemaVersion = 1;

/** Compiled when a report is first read: no other command should wait for it. */
let compiled: ValidateFunction<HuntReport> | null = null;

function validator(): ValidateFunction<HuntReport> {
  // `strictTuples` off: ajv asks for `maxItems`, which `additionalItems: false` says already.
  compiled ??= new Ajv({
    allowUnionTypes: true,
    strictTuples: false,
    verbose: true,
  }).compile<HuntReport>(reportSchema);
  return compiled;
}

/**
 * Reads a JSON report and checks all of it.
 *
 * @param sourceName - what to call it in errors, such as the path as typed
 * @throws FlakehoundError `REPORT_UNREADABLE` when it's no JSON, `REPORT_INVALID` when it's no report
 */
export function parseReport(text: string, sourceName: string): HuntReport {
  const value = parseJson(text, sourceName);
  const version = versionOf(value);
  if (version !== null && version > schemaVersion) {
    throw new FlakehoundError(
      'REPORT_INVALID',
      `${sourceName} has schemaVersion ${version}: a newer flakehound wrote it, this one reads ${schemaVersion}`,
      { hint: 'update this one: npm install --save-dev flakehound@latest' },
    );
  }
  const validate = validator();
  if (!validate(value)) throw invalid(sourceName, validate.errors?.[0]);
  const wrong = contradiction(value);
  if (wrong !== null) throw notAReport(sourceName, wrong);
  return value;
}

function parseJson(text: string, sourceName: string): unknown {
  if (text.trim() === '') throw unreadable(sourceName, 'is empty');
  try {
    // Windows' editors may put a byte order mark in front.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    const cutOff = /^\s*\{/.test(text) && !/\}\s*$/.test(text);
    const why = cutOff ? 'ends in the middle: it is truncated' : 'is not JSON';
    throw unreadable(sourceName, why, cause);
  }
}

const unreadable = (sourceName: string, why: string, cause?: unknown): FlakehoundError =>
  new FlakehoundError('REPORT_UNREADABLE', `${sourceName} ${why}`, {
    hint: 'write it again: flakehound hunt --report json=FILE',
    cause,
  });

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return null;
  return typeof value.schemaVersion === 'number' ? value.schemaVersion : null;
}

const notAReport = (sourceName: string, wrong: string): FlakehoundError =>
  new FlakehoundError('REPORT_INVALID', `${sourceName} is not a report of flakehound: ${wrong}`, {
    hint: 'give a file that was written by flakehound hunt --report json=FILE',
  });

function invalid(sourceName: string, error: ErrorObject | undefined): FlakehoundError {
  // ajv always says why; without it there is still no report.
  if (error === undefined) return notAReport(sourceName, 'it does not match the schema');
  const { keyword, params, data } = error;
  const field = fieldName(error.instancePath);
  if (keyword === 'required') {
    return notAReport(
      sourceName,
      `${field === '' ? '' : `${field}: `}${params.missingProperty} is missing`,
    );
  }
  if (keyword === 'additionalProperties') {
    const unknown = `${field === '' ? '' : `${field}.`}${params.additionalProperty}`;
    return notAReport(sourceName, `${unknown} is unknown in schemaVersion ${schemaVersion}`);
  }
  const where = field === '' ? 'the whole' : field;
  return notAReport(sourceName, `${where} must be ${expected(error)}, but is ${shown(data)}`);
}

function expected({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return [params.type].flat().join(' or ');
    case 'enum':
      return `one of ${params.allowedValues.join(', ')}`;
    case 'const':
      return String(params.allowedValue);
    default:
      return (message ?? keyword).replace(/^must (be )?/, '');
  }
}

/** `/tests/3/verdict` as people write it: `tests[3].verdict`. */
const fieldName = (pointer: string): string =>
  pointer
    .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.')
    .replace(/^\./, '');

function shown(data: unknown): string {
  const text = JSON.stringify(data) ?? 'undefined';
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

/** What a schema can't say: counts that don't add up would be merged into wrong rates. */
function contradiction({ tests, files }: HuntReport): string | null {
  for (const [at, test] of tests.entries()) {
    const ended = test.passed + test.failed + test.timedOut + test.crashed;
    if (ended !== test.attempts) {
      return `tests[${at}].attempts must be the sum of passed, failed, timedOut and crashed (${ended}), but is ${test.attempts}`;
    }
    if ((test.flakeRate === null) !== (test.attempts === 0)) {
      return `tests[${at}].flakeRate must be null for 0 attempts and only then`;
    }
  }
  for (const [at, file] of files.entries()) {
    if (file.failedRuns > file.runs) {
      return `files[${at}].failedRuns must be at most runs (${file.runs}), but is ${file.failedRuns}`;
    }
  }
  return null;
}
