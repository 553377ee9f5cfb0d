// Runs the long forms of the proof, as main.ts says. The sources are compiled as they are now, into
// a folder of their own: `dist` may be older, and has no tests.
import { spawn } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const repo = fileURLToPath(new URL('../../../', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'fh-prove-'));
process.once('exit', () => rmSync(out, { recursive: true, force: true }));

writeFileSync(join(out, 'package.json'), '{"type":"module"}');
symlinkSync(join(repo, 'node_modules'), join(out, 'node_modules'));
const compilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  inlineSourceMap: true,
};
const ownership = 'test/src/engine/ownership';
for (const folder of ['src', 'harness', 'test/support', 'test/crash', ownership]) {
  for (const path of readdirSync(join(repo, folder), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.d.ts') || path.endsWith('.test.ts')) continue;
    const fileName = join(repo, folder, path);
    const text = readFileSync(fileName, 'utf8');
    const to = join(out, folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(to), { recursive: true });
    // Some long forms compile a part of the sources themselves, for processes of their own.
    writeFileSync(join(out, folder, path), text);
    writeFileSync(to, ts.transpileModule(text, { compilerOptions, fileName }).outputText);
  }
}
const native = 'harness/forkserver/native';
symlinkSync(join(repo, native), join(out, native));

// Small errors and a large nursery: most of what a recovery makes is gone at its end.
const flags = ['--enable-source-maps', '--stack-trace-limit=12', '--max-semi-space-size=64'];
const main = join(out, 'test/crash/prove/main.js');
const options = process.argv.slice(2);
const child = spawn(process.execPath, [...flags, main, ...options], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
