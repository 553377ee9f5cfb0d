import { readFile } from 'node:fs/promises';
import { FlakehoundError } from '../../src/index.js';
import { parseReport } from '../report/json.js';
import type { HuntReport } from '../stats/huntReport.js';

/** @throws FlakehoundError `REPORT_UNREADABLE`, `REPORT_INVALID`, naming the file */
export async function readReport(path: string): Promise<HuntReport> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FlakehoundError('REPORT_UNREADABLE', `cannot read the report ${path}: ${why}`, {
      hint: 'name a JSON report, as flakehound hunt --report json=FILE writes it',
      cause,
    });
  });
  return parseReport(text, path);
}
