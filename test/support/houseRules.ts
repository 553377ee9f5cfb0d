/** The house's rules as data; `test/tidy.test.ts` holds the tree against them. */

/**
 * Who may import whom. A key is a folder below `src` or `harness`, or a file directly in one of
 * them; a value names folders, or single modules of one. What isn't listed is not allowed.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'src/errors': [],
  'src/units': [],
  'src/ports': ['src/errors', 'src/units'],
  'src/node': ['src/ports', 'src/errors', 'src/units'],
  'src/jobs': ['src/ports', 'src/errors', 'src/units'],
  'src/engine': ['src/jobs', 'src/ports', 'src/errors', 'src/units'],
  'src/store': ['src/engine', 'src/jobs', 'src/ports', 'src/errors', 'src/units'],
  'src/openStore': ['src/store', 'src/jobs', 'src/node'],
  'src/storeTools': ['src/openStore', 'src/store', 'src/jobs', 'src/node', 'src/ports'],
  'src/storeApi': [
    'src/storeTools',
    'src/openStore',
    'src/store',
    'src/jobs',
    'src/ports',
    'src/errors',
    'src/units',
  ],
  'src/index': [
    'src/storeTools',
    'src/openStore',
    'src/store',
    'src/engine',
    'src/jobs',
    'src/node',
    'src/ports',
    'src/errors',
    'src/units',
  ],
  'harness/events': [],
  'harness/stats': ['harness/events', 'src/index'],
  'harness/report': ['harness/stats', 'harness/events', 'src/index'],
  'harness/forkserver': ['harness/events', 'src/index'],
  // Of the statistics a run needs only the sequential test behind `--prove`.
  'harness/runner': ['harness/forkserver', 'harness/stats/proof', 'harness/events', 'src/index'],
  'harness/history': ['harness/stats', 'harness/report', 'harness/events', 'src/index'],
  'harness/cli': [
    'harness/history',
    'harness/runner',
    'harness/report',
    'harness/stats',
    'harness/events',
    'src/index',
  ],
  'harness/bench': [
    'harness/history',
    'harness/report',
    'harness/property',
    'harness/faults',
    'harness/runner',
    'harness/forkserver',
    'harness/stats',
    'harness/events',
    'src/index',
  ],
  'harness/index': ['harness/fixtures', 'harness/faults', 'harness/events', 'src/index'],
  'harness/huntApi': [
    'harness/runner',
    'harness/report',
    'harness/stats',
    'harness/events',
    'src/index',
  ],
  'harness/faults': ['src/index'],
  'harness/fixtures': ['harness/faults', 'src/index'],
  'harness/property': ['harness/faults', 'src/index'],
  'harness/demo': [],
};

/** Packages that only these may import; others are free to all of the harness. */
export const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  vitest: ['harness/runner', 'harness/forkserver', 'harness/fixtures'],
  'tmp-promise': ['harness/fixtures'],
  memfs: ['harness/fixtures', 'harness/property'],
  '@sinonjs/fake-timers': ['harness/fixtures'],
  commander: ['harness/cli'],
  'log-update': ['harness/cli'],
  'cli-table3': ['harness/report'],
  'fast-check': ['harness/property'],
  bullmq: [],
};

/** Globals by which the world comes in; inside `src` only `node/` may touch it. */
export const worldlyGlobals: readonly string[] = [
  'Date',
  'clearInterval',
  'clearTimeout',
  'performance',
  'process',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

export const mostLines = 400;

/** Names that say nothing, as a file or folder or as a part of one. */
export const emptyNames =
  /(^|[-_.])(utils?|helpers?|common|managers?)([-_.]|$)|[a-z](Utils?|Helpers?|Manager)([-_.]|$)/;

/** What must not stand in any file. Written in pieces, so that this file may be searched too. */
export const forbiddenWords: Readonly<Record<string, RegExp>> = {
  'a package registry': new RegExp(
    ['registry', '(npmjs|yarnpkg|npmmirror)', '(org|com)'].join('\\.'),
  ),
  'a path of one machine': new RegExp(
    ['(^|[^\\w.])/wo', 'rk/|/tmp/l', 'ab\\b|/ro', 'ot/\\w'].join(''),
  ),
  'unfinished work': new RegExp(
    ['\\bTO', 'DO\\b|\\bFIX', 'ME\\b|not (yet )?imple', 'mented'].join(''),
  ),
  'a test that keeps others from running': new RegExp(
    ['\\b(test|it|describe)\\.on', 'ly\\b'].join(''),
  ),
};
