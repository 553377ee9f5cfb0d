import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const folders = ['src', 'test/crash/processes'];

/** The store and the scripts around it as JavaScript, for processes that run nothing but node. */
export interface Compiled {
  /** The path of a script of this folder, such as `writer`. */
  script(name: string): string;
  remove(): void;
}

/**
 * Compiles the sources as they are now into a folder of their own, file by file: types are the
 * typecheck's business, and `dist` may be older than the sources.
 */
export function compileScripts(): Compiled {
  const out = mkdtempSync(join(tmpdir(), 'fh-compiled-'));
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  for (const folder of folders) {
    for (const name of readdirSync(join(repo, folder), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts') || name === 'compiled.ts') continue;
      const text = readFileSync(join(repo, folder, name), 'utf8');
      const to = join(out, folder, name.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, ts.transpileModule(text, { compilerOptions }).outputText);
    }
  }
  return {
    script: (name) => join(out, 'test/crash/processes', `${name}.js`),
    remove: () => rmSync(out, { recursive: true, force: true }),
  };
}
