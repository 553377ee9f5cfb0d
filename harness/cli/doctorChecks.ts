import type { ErrorCode, FlakehoundError } from '../../src/index.js';
import type { Selection } from '../runner/executor.js';
import type { OutStream } from './io.js';

/** One thing that doctor looked at. */
export interface Check {
  readonly level: 'ok' | 'note' | 'fail';
  readonly what: string;
  readonly found: string;
}

interface Place {
  readonly root: string;
  readonly node: string;
}

/** What a suite that opens tells of itself. */
export function checksOfSelection(selection: Selection, { root }: Place): readonly Check[] {
  const { files, projects, workers, executor } = selection;
  const notes = selection.notices.map(
    ({ code, message }): Check => ({
      level: 'note',
      what: 'notice',
      found: `${message} (${code})`,
    }),
  );
  return [
    ok('root', root),
    ok('node', selection.node),
    ok('vitest', selection.vitest),
    ok('config', 'loads'),
    ok('projects', projects.length === 0 ? 'none named' : projects.join(', ')),
    ok('files', String(files.length)),
    ok('workers', `${workers} at once`),
    executor === 'forkServer'
      ? ok('fork server', 'works: each file in a fork of a warm process')
      : {
          level: 'note',
          what: 'fork server',
          found: "not used: files run in Vitest's own workers, which is slower",
        },
    ...notes,
    ok(
      'a hunt',
      `would repeat ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${workers} at once; nothing but .flakehound/ is written`,
    ),
  ];
}

/** What each error stands in the way of; whatever comes before it in this list is all right. */
const inOrder: readonly { readonly what: string; readonly codes: readonly ErrorCode[] }[] = [
  { what: 'root', codes: ['ENV_ROOT'] },
  { what: 'vitest', codes: ['ENV_NO_VITEST', 'ENV_VITEST_VERSION'] },
  { what: 'config', codes: ['ENV_CONFIG'] },
  { what: 'projects', codes: ['USAGE_PROJECT'] },
  { what: 'files', codes: ['USAGE_NO_TESTS', 'ENV_GIT'] },
];

/** What a suite that doesn't open tells of itself. */
export function checksOfError(error: FlakehoundError, { root, node }: Place): readonly Check[] {
  const at = inOrder.findIndex(({ codes }) => codes.includes(error.code));
  const fine = inOrder
    .slice(0, Math.max(0, at))
    .map(({ what }) => ok(what, what === 'root' ? root : 'found'));
  return [
    ok('node', node),
    ...fine,
    {
      level: 'fail',
      what: inOrder[at]?.what ?? 'suite',
      found: `${error.message} (${error.code})`,
    },
    { level: 'note', what: 'next', found: error.hint },
  ];
}

function ok(what: string, found: string): Check {
  return { level: 'ok', what, found };
}

const colours: Readonly<Record<Check['level'], number>> = { ok: 32, note: 33, fail: 31 };

/** One line for each. */
export function renderChecks(
  checks: readonly Check[],
  { colour }: Pick<OutStream, 'colour'>,
): string {
  const width = Math.max(...checks.map(({ what }) => what.length));
  return checks
    .map(({ level, what, found }) => {
      const mark = level.padEnd(4);
      const painted = colour ? `\u001b[${colours[level]}m${mark}\u001b[39m` : mark;
      return `${painted}  ${what.padEnd(width)}  ${found}\n`;
    })
    .join('');
}
