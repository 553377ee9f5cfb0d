import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { HuntReport } from '../../harness/stats/huntReport.js';
import type { Finished, Suite } from '../support/e2e.js';

/** The suite's own `vitest run`: what every test of it came to, one line each, sorted. */
export interface PlainRun {
  readonly outcomes: readonly string[];
  readonly finished: Finished;
}

/** As far as we read it. */
interface VitestJson {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export async function plainRun(
  suite: Suite,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<PlainRun> {
  const path = join(suite.outside, 'plain.json');
  const reporter = ['--reporter=json', `--outputFile=${path}`];
  const finished = await suite.vitest([...args, ...reporter], { env: { E2E_PLAIN: '1', ...env } });
  const json = JSON.parse(await readFile(path, 'utf8')) as VitestJson;
  const outcomes = json.testResults.flatMap((file) =>
    file.assertionResults.map((test) => {
      const name = [...test.ancestorTitles, test.title].join(' > ');
      const path = relative(suite.root, file.name);
      return `${path} | ${name} | ${plainStatus[test.status] ?? test.status}`;
    }),
  );
  return { outcomes: outcomes.sort(), finished };
}

const plainStatus: Readonly<Record<string, string>> = {
  pending: 'skipped',
  todo: 'skipped',
  disabled: 'skipped',
};

/** The same lines from a hunt; a test that did not end alike in all its attempts says so. */
export function outcomesOf(report: HuntReport): string[] {
  const kinds = ['passed', 'failed', 'timedOut', 'crashed', 'skipped'] as const;
  const lines = report.tests.map((test) => {
    const seen = kinds.filter((kind) => test[kind] > 0);
    return `${test.file} | ${test.name} | ${seen.join(' and ')}`;
  });
  return lines.sort();
}
