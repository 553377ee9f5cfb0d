// Breaks the store in every way of the table, one at a time and in a copy, and runs the tests that
// must notice. `npm run prove:mutants -- [--only PATTERN] [--jobs N] [--seconds N] [--skip-baseline]`
// The pattern is held against names and files; the table keeps the rows of those left out.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../../..');
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '120' },
    'skip-baseline': { type: 'boolean', default: false },
  },
});
const limitMs = Number(values.seconds) * 1000;
const scratch = mkdtempSync(join(tmpdir(), 'flakehound-mutants-'));
/** A killed vitest counts as red only where a test was seen to fail, or the time was up. */
const verdicts = { killed: 'killed', timedOut: 'killed by the time limit', survived: 'SURVIVED' };

const mutants = await table();
const words = new RegExp(values.only);
const chosen = mutants.filter(({ name, file }) => words.test(`${name} ${file}`));
if (chosen.length === 0) throw new Error(`no mutant’s name or file fits ${words}`);

const workers = await Promise.all(
  Array.from({ length: Math.min(2, Number(values.jobs)) }, (_, n) => copy(`copy-${n}`)),
);
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

const killers = [...new Set(chosen.flatMap(({ killedBy }) => killedBy))];
if (!values['skip-baseline']) {
  let baseline = await run(workers[0], killers, 4);
  // Once more alone: they ran all at once, perhaps on a busy machine.
  if (baseline.by) baseline = await run(workers[0], [baseline.by], 4);
  if (baseline.verdict !== verdicts.survived) {
    console.error(`the tests are red without any mutant: ${baseline.by} ${baseline.detail}`);
    process.exit(1);
  }
  console.log(`${chosen.length} mutants; their tests are green without them`);
}

const results = new Map();
const queue = [...chosen];
await Promise.all(
  workers.map(async (dir) => {
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const result = await judge(dir, mutant);
      results.set(mutant.name, result);
      console.log(row(mutant, result));
      writeTable();
    }
  }),
);
const survivors = chosen.filter(({ name }) => results.get(name).verdict === verdicts.survived);
console.log(`${chosen.length - survivors.length} of ${chosen.length} were killed`);
process.exitCode = survivors.length === 0 ? 0 : 1;

/** The rows of this run, and those of earlier ones for the mutants that it leaves out. */
function writeTable() {
  const path = join(here, '../mutants.md');
  const old = new Map(
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => [line.split(' | ')[0].slice(2), line]),
  );
  const rows = mutants.flatMap((mutant) => {
    const result = results.get(mutant.name);
    return result === undefined ? (old.get(mutant.name) ?? []) : row(mutant, result);
  });
  const head = '| mutant | killed by | seconds |\n|---|---|---:|\n';
  const intro =
    'Written by `npm run prove:mutants`: each rule of the store’s protocol broken, and who noticed first.\n\n';
  writeFileSync(path, `${intro}${head}${rows.join('\n')}\n`);
}

/** The mutants, from their TypeScript. */
async function table() {
  const out = join(scratch, 'table');
  mkdirSync(out);
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  for (const name of await readdir(here)) {
    if (!/utants?\.ts$/.test(name)) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(here, name), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    writeFileSync(join(out, name.replace(/ts$/, 'js')), outputText);
  }
  return (await import(pathToFileURL(join(out, 'mutants.js')).href)).mutants;
}

/** A copy of the project, where a source may be broken without anybody else seeing it. */
async function copy(name) {
  const dir = join(scratch, name);
  for (const part of [
    'src',
    'harness',
    'test',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
  ]) {
    cpSync(join(root, part), join(dir, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  return dir;
}

async function judge(dir, mutant) {
  const edits = [mutant, ...(mutant.also ?? [])];
  const originals = new Map(edits.map(({ file }) => [file, readFileSync(join(dir, file), 'utf8')]));
  const broken = new Map(originals);
  for (const { file, find, replace } of edits) {
    const parts = broken.get(file).split(find);
    if (parts.length !== 2)
      throw new Error(`${mutant.name}: ${file} has ${parts.length - 1} of ${find}`);
    broken.set(file, parts.join(replace));
  }
  for (const [file, text] of broken) writeFileSync(join(dir, file), text);
  try {
    const begun = performance.now();
    let result;
    for (const file of mutant.killedBy.filter((name) => existsSync(join(dir, name)))) {
      result = await run(dir, [file], 1);
      if (result.verdict !== verdicts.survived) break;
    }
    return { ...result, seconds: (performance.now() - begun) / 1000 };
  } finally {
    for (const [file, text] of originals) writeFileSync(join(dir, file), text);
  }
}

/** Runs test files; the mutant survives them when all are green. */
function run(dir, files, factor) {
  const report = join(dir, 'report.json');
  rmSync(report, { force: true });
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=json',
    `--outputFile=${report}`,
    // A busy machine must not kill what the tests let live.
    '--testTimeout=60000',
  ];
  if (factor === 1) args.push('--bail=1');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args, ...files], {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-20_000);
      });
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      // With the workers that it started.
      process.kill(-child.pid, 'SIGKILL');
    }, limitMs * factor);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      if (isLate) {
        resolve({ verdict: verdicts.timedOut, by: files[0], detail: 'no end in sight' });
      } else if (code === 0) {
        resolve({ verdict: verdicts.survived, by: '', detail: '' });
      } else {
        try {
          resolve(failed({ report, output, file: files[0] }));
        } catch (error) {
          reject(error);
        }
      }
    });
  });
}

function failed({ report, output, file }) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { name, message, assertionResults } of testResults) {
    const red = assertionResults.find(({ status }) => status === 'failed');
    const by = name.slice(name.indexOf('test/'));
    if (red !== undefined) {
      const isLate = red.failureMessages.some((message) => /timed out in/.test(message));
      const verdict = isLate ? verdicts.timedOut : verdicts.killed;
      return { verdict, by, detail: isLate ? `${red.fullName} (never ended)` : red.fullName };
    }
    // A source that can't even be loaded shows nothing.
    if (message && assertionResults.length === 0) throw new Error(`${by} can’t run: ${message}`);
  }
  // An error that nobody caught fails the run by itself.
  if (!/Unhandled (Error|Rejection)/.test(output)) throw new Error(`no test is red: ${output}`);
  return { verdict: verdicts.killed, by: file, detail: 'an error that nobody caught' };
}

function row({ name }, { verdict, by, detail, seconds }) {
  const killer =
    verdict === verdicts.survived
      ? verdict
      : `${by.replace(/^test\//, '')}: ${detail.replaceAll('|', '/')}`;
  return `| ${name} | ${killer} | ${seconds.toFixed(0)} |`;
}
