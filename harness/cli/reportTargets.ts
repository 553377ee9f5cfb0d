import { randomBytes } from 'node:crypto';
import { open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { FlakehoundError, writeFileAtomic } from '../../src/index.js';
import {
  announceReport,
  isReportKind,
  type ReportKind,
  renderReport,
  reportKinds,
} from '../report/kinds.js';
import type { HuntReport } from '../stats/huntReport.js';
import { usageError } from './command.js';
import { collect } from './optionValues.js';

/** A report that was asked for. */
export interface ReportTarget {
  readonly kind: ReportKind;
  /** Absolute. */
  readonly path: string;
}

const kinds = Object.keys(reportKinds).join(', ');
const aboutKinds = Object.entries(reportKinds)
  .map(([name, { about }]) => `${name} (${about})`)
  .join(', ');

/** Declares `--report`, the same for every command that has a report. */
export function defineReportOption(command: Command): void {
  command.addOption(
    new Option('--report <kind=file>', `also write a report, repeatable: ${aboutKinds}`)
      .argParser(collect)
      .default([], 'none'),
  );
}

/** @throws FlakehoundError `USAGE_OPTION` for an unknown kind, no file, or one file given twice */
export function parseReportTargets(texts: readonly string[], cwd: string): readonly ReportTarget[] {
  const targets = texts.map((text) => parseReportTarget(text, cwd));
  const paths = new Set<string>();
  for (const { path } of targets) {
    if (paths.has(path)) {
      throw usageError(
        `--report names the file ${path} twice`,
        'give each report a file of its own: --report json=a.json --report md=a.md',
      );
    }
    paths.add(path);
  }
  return targets;
}

function parseReportTarget(text: string, cwd: string): ReportTarget {
  const equals = text.indexOf('=');
  const kind = equals < 0 ? text : text.slice(0, equals);
  const file = equals < 0 ? '' : text.slice(equals + 1);
  if (!isReportKind(kind)) {
    throw usageError(
      `--report ${text}: ${kind === '' ? 'no kind' : `unknown kind ${kind}`}`,
      `expected one of ${kinds}, such as --report json=hunt.json`,
    );
  }
  if (file === '') {
    throw usageError(`--report ${text} names no file`, `type --report ${kind}=FILE`);
  }
  return { kind, path: resolve(cwd, file) };
}

/**
 * Finds out now what would fail later: every folder must exist and take a new file.
 *
 * @throws FlakehoundError `USAGE_REPORT_PATH`
 */
export async function checkReportTargets(targets: readonly ReportTarget[]): Promise<void> {
  for (const { kind, path } of targets) {
    const fail = (why: string, cause?: unknown): FlakehoundError =>
      new FlakehoundError('USAGE_REPORT_PATH', `cannot write --report ${kind}=${path}: ${why}`, {
        hint: 'name a file in a folder that exists and that you may write to',
        cause,
      });
    const old = await stat(path).catch(() => null);
    // A device would be replaced by a file: writing atomically renames.
    if (old !== null && !old.isFile())
      throw fail(old.isDirectory() ? 'it is a folder' : 'it is no regular file');
    await probe(dirname(path)).catch((error: unknown) => {
      throw fail(error instanceof Error ? error.message : String(error), error);
    });
  }
}

/** Permission bits don't tell of read-only mounts: only a file made and taken away does. */
async function probe(folder: string): Promise<void> {
  const path = join(folder, `.flakehound-${randomBytes(6).toString('hex')}.tmp`);
  await (await open(path, 'wx')).close();
  await unlink(path);
}

/** @throws FlakehoundError `FILE_WRITE`, after having tried all */
export async function writeReports(
  report: HuntReport,
  targets: readonly ReportTarget[],
): Promise<void> {
  let failure: FlakehoundError | null = null;
  for (const { kind, path } of targets) {
    try {
      await writeFileAtomic(path, renderReport(kind, report));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      failure ??= new FlakehoundError(
        'FILE_WRITE',
        `cannot write --report ${kind}=${path}: ${why}`,
        {
          hint: 'flakehound report --report KIND=FILE writes it again from the stored hunt',
          cause,
        },
      );
    }
  }
  if (failure !== null) throw failure;
}

/** What the asked-for reports say on standard output besides. */
export function announcements(report: HuntReport, targets: readonly ReportTarget[]): string {
  return targets.map(({ kind }) => announceReport(kind, report)).join('');
}
