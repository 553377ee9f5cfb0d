import { describe, expect, test } from 'vitest';
import { AnswerBook } from '../../../../harness/runner/host/answerBook.js';
import { fakeProject, fakeVitest } from '../../../support/fakeVitest.js';

const project = fakeProject({ name: 'unit' });
const asks = (m: string, ...a: unknown[]) => ({ t: 'q', m, a }) as const;

function externalsOf(...results: unknown[]): string[] {
  const book = new AnswerBook();
  for (const [at, result] of results.entries()) book.record(project, asks('fetch', at), result);
  return book.externals(project);
}

describe('what Vitest answered', () => {
  test('is kept for calls whose answer lasts, with what was asked', () => {
    const book = new AnswerBook();
    book.record(project, asks('fetch', '/repo/a.ts', undefined, 'node'), { code: '1' });
    book.record(project, asks('resolve', './b', '/repo/a.ts', 'node'), { id: '/repo/b.ts' });
    book.record(project, asks('resolveSnapshotPath', '/repo/a.test.ts'), '/repo/a.snap');
    expect(book.of(project)).toEqual([
      { method: 'fetch', args: ['/repo/a.ts', undefined, 'node'], result: { code: '1' } },
      { method: 'resolve', args: ['./b', '/repo/a.ts', 'node'], result: { id: '/repo/b.ts' } },
      { method: 'resolveSnapshotPath', args: ['/repo/a.test.ts'], result: '/repo/a.snap' },
    ]);
  });

  test.each(['onTaskUpdate', 'getCountOfFailedTests', 'ensureModuleGraphEntry'])(
    '%s is nothing to keep, nor is a message that asks nothing',
    (method) => {
      const book = new AnswerBook();
      book.record(project, asks(method), 1);
      book.record(project, { t: 's', r: 1 }, 1);
      expect(book.of(project)).toEqual([]);
    },
  );

  test('stays the first answer, also when only the list of cached modules differs', () => {
    const book = new AnswerBook();
    book.record(project, asks('fetch', '/a', undefined, 'node', { cached: false }), 'first');
    book.record(project, asks('fetch', '/a', undefined, 'node', { cached: true }), 'second');
    book.record(project, asks('fetch', '/a', undefined, 'jsdom'), 'other');
    expect(book.of(project).map(({ result }) => result)).toEqual(['first', 'other']);
  });

  test('is kept apart for each project', () => {
    const [one, two] = fakeVitest([{ name: 'one' }, { name: 'two' }]).projects;
    if (!one || !two) throw new Error('two projects were asked for');
    const book = new AnswerBook();
    book.record(one, asks('fetch', '/a'), { externalize: '/one.js' });
    book.record(two, asks('fetch', '/a'), { externalize: '/two.js' });
    expect(book.externals(one)).toEqual(['/one.js']);
    expect(book.externals(two)).toEqual(['/two.js']);
    expect(book.of(project)).toEqual([]);
  });
});

describe('packages that files import natively', () => {
  test('are absolute paths and file URLs, each once', () => {
    const urls = ['file:///repo/node_modules/react/index.js', '/repo/node_modules/lodash.js'];
    expect(externalsOf(...[...urls, urls[0]].map((externalize) => ({ externalize })))).toEqual(
      urls,
    );
  });

  test.each([
    ['what Vite transforms', { code: 'x' }],
    ['nothing at all', null],
    ['a module of Node', { externalize: 'node:fs' }],
    ['one of Node without its prefix', { externalize: '/fs', type: 'builtin' }],
    ['Vitest', { externalize: 'file:///repo/node_modules/vitest/dist/index.js' }],
    ['a part of Vitest', { externalize: '/repo/node_modules/@vitest/expect/dist/index.js' }],
    [
      'Vitest in a nested store',
      { externalize: '/r/node_modules/.pnpm/v/node_modules/vitest/i.js' },
    ],
    ['a URL of the network', { externalize: 'https://esm.sh/react', type: 'network' }],
    ['data', { externalize: 'data:text/javascript,1' }],
  ])('are not %s', (_, result) => {
    expect(externalsOf(result)).toEqual([]);
  });

  test('are looked for in modules only, not in what a path resolves to', () => {
    const book = new AnswerBook();
    book.record(project, asks('resolve', 'react'), { externalize: '/react.js' });
    expect(book.externals(project)).toEqual([]);
  });

  test('a package whose name only begins like Vitest is one of them', () => {
    const own = '/repo/node_modules/vitest-fetch-mock/index.js';
    expect(externalsOf({ externalize: own })).toEqual([own]);
  });
});
