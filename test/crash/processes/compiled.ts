import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = fileURLToPath(new URL('.', import.meta.url));
const repo = resolve(here, '../../..');

/** The scripts of this folder as JavaScript, for processes that run nothing but node. */
export interface Compiled {
  /** The path of a script, such as `writer`. */
  script(name: string): string;
  remove(): void;
}

/**
 * Compiles the sources as they are now: types are the typecheck's business, and `dist` may be older
 * than the sources. A script and all that it imports become one file: a process that is started ten
 * thousand times must not look for a hundred of them.
 */
export function compileScripts(): Compiled {
  const out = mkdtempSync(join(tmpdir(), 'fh-compiled-'));
  const compiled = new Map<string, Module>();
  const written = new Map<string, string>();
  return {
    script(name) {
      const to = written.get(name) ?? join(out, `${name}.cjs`);
      if (!written.has(name)) writeFileSync(to, bundle(join(here, `${name}.ts`), compiled));
      written.set(name, to);
      return to;
    },
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}

interface Module {
  readonly code: string;
  /** The sources that it imports. */
  readonly imports: readonly string[];
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
};

/** Every module as a function that is called when it is first asked for; the entry may await. */
function bundle(entry: string, compiled: Map<string, Module>): string {
  const within = new Set([entry]);
  // Grows while it is gone through.
  for (const path of within)
    for (const other of moduleAt(path, compiled).imports) within.add(other);
  within.delete(entry);
  const modules = [...within].map(
    (path) => `${nameOf(path)}(exports, load) {\n${moduleAt(path, compiled).code}\n},`,
  );
  return `'use strict';
const modules = {
${modules.join('\n')}
};
const loaded = {};
function load(name) {
  if (!(name in modules)) return require(name);
  if (name in loaded) return loaded[name];
  loaded[name] = {};
  modules[name](loaded[name], load);
  return loaded[name];
}
(async () => {
${moduleAt(entry, compiled).code}
})();
`;
}

const nameOf = (path: string): string => JSON.stringify(relative(repo, path));

function moduleAt(path: string, compiled: Map<string, Module>): Module {
  const known = compiled.get(path);
  if (known !== undefined) return known;
  const imports: string[] = [];
  const text = ts.transpileModule(readFileSync(path, 'utf8'), { compilerOptions }).outputText;
  const code = text.replaceAll(/\brequire\("([^"]+)"\)/g, (_, from: string) => {
    if (!from.startsWith('.')) return `load(${JSON.stringify(from)})`;
    const target = resolve(path, '..', from.replace(/\.js$/, '.ts'));
    imports.push(target);
    return `load(${nameOf(target)})`;
  });
  compiled.set(path, { code, imports });
  return { code, imports };
}
