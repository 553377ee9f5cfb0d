import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { SuiteOptions } from '../runner/executor.js';
import { collect, parseCount, parseDuration, parseShard } from './optionValues.js';

/** Which suite, and how it is carried out: options shared by `hunt` and `doctor`. */
export interface RawSuiteOptions {
  readonly root?: string;
  readonly config?: string;
  readonly project: readonly string[];
  readonly testNamePattern?: string;
  readonly changed?: string | true;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly workers?: number;
  readonly timeout?: number;
  readonly via: 'auto' | 'vitest' | 'context';
  readonly globalSetup: 'everyRun' | 'once';
}

/** Declares the options of `RawSuiteOptions` and the filters. */
export function defineSuiteOptions(command: Command): void {
  command
    .argument(
      '[filters...]',
      "only test files whose path contains one of these, as in Vitest's own",
    )
    .optionsGroup('Suite:')
    .option('--root <dir>', 'folder of the suite (default: the current one)')
    .option('--config <file>', "Vitest's config file, from the root")
    .addOption(
      new Option('--project <name>', 'only this project; repeatable')
        .argParser(collect)
        .default([], 'all'),
    )
    .option('-t, --test-name-pattern <pattern>', 'only tests whose full name matches')
    .option('--changed [ref]', 'only tests of files changed since REF, or not yet committed')
    .option('--shard <i/n>', 'only this part of the files, such as 1/3', parseShard)
    .optionsGroup('Running:')
    .option('--workers <n>', "test files at once (default: as the suite's config says)", parseCount)
    .addOption(
      new Option(
        '--timeout <duration>',
        "kill the worker of a test file without progress for this (default: 60s, or longer where the suite's own test timeout is)",
      ).argParser(parseDuration),
    )
    .addOption(
      new Option(
        '--via <way>',
        "auto forks each file from a warm process where that works; vitest always takes Vitest's own workers, slower; context is faster than those anywhere, but files share processes: only modules and globals are fresh, not process.env, the working directory or Node's own modules",
      )
        .choices(['auto', 'vitest', 'context'])
        .default('auto'),
    )
    .addOption(
      new Option(
        '--global-setup <when>',
        'once runs globalSetup once for the whole hunt: faster, but what it made is shared, so one run may disturb the next',
      )
        .choices(['everyRun', 'once'])
        .default('everyRun'),
    );
}

/** Completes them. */
export function resolveSuiteOptions(
  raw: RawSuiteOptions,
  filters: readonly string[],
  cwd: string,
): SuiteOptions {
  const root = resolve(cwd, raw.root ?? '.');
  return {
    root,
    config: raw.config === undefined ? null : resolve(root, raw.config),
    projects: raw.project,
    filters,
    testNamePattern: raw.testNamePattern ?? null,
    changed: raw.changed ?? null,
    shard: raw.shard ?? null,
    workers: raw.workers ?? null,
    stallMs: raw.timeout ?? null,
    via: raw.via,
    globalSetup: raw.globalSetup,
  };
}
