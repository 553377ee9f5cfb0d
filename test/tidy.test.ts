import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import {
  allowedImports,
  allowedPackages,
  emptyNames,
  forbiddenWords,
  mostLines,
  worldlyGlobals,
} from './support/houseRules.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const skipped = new Set(['node_modules', 'dist', 'build', 'coverage', '.git', '.flakehound']);

/** Every text file, relative to the root with forward slashes; suites to be hunted left out. */
const files = listFiles('').filter((f) => /\.(ts|mts|js|mjs|cc|json|md|yml)$|\.ci\/run$/.test(f));
const code = files.filter((f) => /\.(ts|mts|js|mjs)$/.test(f));
const product = code.filter((f) => /^(src|harness)\//.test(f));
const text = new Map(files.map((f) => [f, readFileSync(join(root, f), 'utf8')]));
const { dependencies, devDependencies, peerDependencies } = JSON.parse(
  textOf('package.json'),
) as Record<string, Record<string, string>>;

test('the tree was found', () => {
  expect(product.length).toBeGreaterThan(50);
  expect(files).toContain('package.json');
});

describe('imports', () => {
  test('every folder has its row in the table', () => {
    const unlisted = product.map(areaOf).filter((area) => !(area in allowedImports));
    expect([...new Set(unlisted)]).toEqual([]);
  });

  test('each goes along an arrow of the table', () => {
    const wrong = product.flatMap((file) =>
      importsOf(file)
        .filter((name) => isRelative(name) && !mayImport(file, name))
        .map(arrow(file)),
    );
    expect(wrong).toEqual([]);
  });

  test('packages are declared, and kept to those who may have them', () => {
    const declared = new Set([
      ...Object.keys(dependencies ?? {}),
      ...Object.keys(peerDependencies ?? {}),
    ]);
    const wrong = product
      .filter((file) => !file.startsWith('harness/bench/'))
      .flatMap((file) =>
        importsOf(file)
          .filter((name) => !isRelative(name) && !name.startsWith('node:'))
          .map(packageOf)
          .filter(
            (name) =>
              !declared.has(name) || allowedPackages[name]?.includes(areaOf(file)) === false,
          )
          .map(arrow(file)),
      );
    expect(wrong).toEqual([]);
  });

  test('inside src only node/ touches the world', () => {
    const inner = product.filter((f) => f.startsWith('src/') && !f.startsWith('src/node/'));
    const wrong = inner.flatMap((file) => [
      ...importsOf(file)
        .filter((name) => name.startsWith('node:'))
        .map(arrow(file)),
      ...worldly(file).map(arrow(file)),
    ]);
    expect(wrong).toEqual([]);
  });
});

test(`no file is longer than ${mostLines} lines`, () => {
  const long = code.filter((file) => textOf(file).split('\n').length > mostLines + 1);
  expect(long).toEqual([]);
});

test('names say what is in a file', () => {
  const bad = files.filter((file) => file.split('/').some((part) => emptyNames.test(part)));
  expect(bad).toEqual([]);
});

test.each(Object.entries(forbiddenWords))('no file holds %s', (_what, words) => {
  const found = files.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, at) =>
        words.test(line) ? [`${file}:${at + 1} ${line.trim().slice(0, 100)}`] : [],
      ),
  );
  expect(found).toEqual([]);
});

test('every dependency is named with its reason', () => {
  const named = textOf('docs/dependencies.md')
    .split('\n')
    .flatMap((line) => /^\|([^|]+)\|/.exec(line)?.[1]?.split(',') ?? [])
    .map((name) => name.trim());
  const all = [...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})];
  expect(all.filter((name) => !named.includes(name))).toEqual([]);
});

test('every function and class that the product exports has a docstring', () => {
  expect(product.filter((f) => f.endsWith('.ts')).flatMap(bareExports)).toEqual([]);
});

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (skipped.has(entry.name) || path === 'test/e2e/suites') return [];
    return entry.isDirectory() ? listFiles(path) : [path];
  });
}

function textOf(file: string): string {
  return text.get(file) ?? '';
}

/** `harness/runner/host/host.ts` is in `harness/runner`, `src/errors.ts` is `src/errors`. */
function areaOf(file: string): string {
  return file
    .replace(/\.(d\.)?m?[jt]s$/, '')
    .split('/')
    .slice(0, 2)
    .join('/');
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(textOf(file), true, true).importedFiles.map((i) => i.fileName);
}

const isRelative = (name: string): boolean => name.startsWith('.');
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
const arrow = (file: string) => (to: string) => `${file} -> ${to}`;

function mayImport(file: string, name: string): boolean {
  const target = posix.join(dirname(file), name).replace(/\.(json|m?[jt]s)$/, '');
  if (areaOf(target) === areaOf(file)) return true;
  const allowed = allowedImports[areaOf(file)] ?? [];
  return allowed.some((place) => target === place || target.startsWith(`${place}/`));
}

function sourceOf(file: string): ts.SourceFile {
  return ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
}

/** Uses of worldly globals and of `Math.random`. */
function worldly(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') {
      found.push('Math.random');
    }
    const isMember =
      ts.isPropertyAccessExpression(node.parent ?? node) && node.parent.getChildAt(0) !== node;
    if (ts.isIdentifier(node) && !isMember && worldlyGlobals.includes(node.text)) {
      found.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceOf(file));
  return found;
}

/** Exported functions and classes without a docstring; a type may speak by its fields. */
function bareExports(file: string): string[] {
  return sourceOf(file).statements.flatMap((statement) => {
    const isExported =
      (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) &&
      ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported || ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    return [`${file}: ${statement.getText().split('\n')[0]}`];
  });
}
