import { type FileScript, type FileStep, stepData } from './fileScript.js';
import { madeSensible } from './scriptModel.js';

type DataStep = Extract<FileStep, readonly ['write' | 'writeFile' | 'appendFile', ...unknown[]]>;

/**
 * Scripts a little simpler than this one, the boldest first: with steps left out, with earlier
 * names of the pool, with shorter data. Each is sensible again, and strictly simpler, so that
 * shrinking ends.
 */
export function* simplerScripts(
  script: FileScript,
  files: readonly string[],
): Generator<FileStep[]> {
  const seen = new Set([JSON.stringify(script)]);
  for (const steps of candidates(script, files)) {
    const key = JSON.stringify(steps);
    if (seen.has(key)) continue;
    seen.add(key);
    yield steps;
  }
}

function* candidates(script: FileScript, files: readonly string[]): Generator<FileStep[]> {
  for (let length = script.length; length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < script.length; from += length) {
      const steps = madeSensible(script.toSpliced(from, length));
      // A close left out comes back at the end: moved, not simpler.
      if (steps.length < script.length) yield steps;
    }
  }
  for (const [index, file] of files.entries()) {
    for (const simpler of files.slice(0, index)) {
      yield madeSensible(script.map((step) => renamed(step, file, simpler)));
    }
  }
  for (const [at, step] of script.entries()) {
    for (const simpler of simplerSteps(step)) yield madeSensible(script.with(at, simpler));
  }
  yield madeSensible(namedInOrder(script, files));
  yield letteredInOrder(script);
}

/** With the pool's names in the order in which the script first uses them. */
function namedInOrder(script: FileScript, files: readonly string[]): FileStep[] {
  const used = [...new Set(script.flatMap(pathsOf))].filter((path) => files.includes(path));
  return used
    .map((path, at) => ({ path, mark: `\0${at}`, simpler: files[at]! }))
    .flatMap(({ path, mark, simpler }) => [
      { rank: 0, from: path, to: mark },
      { rank: 1, from: mark, to: simpler },
    ])
    .sort((a, b) => a.rank - b.rank)
    .reduce<FileStep[]>(
      (steps, { from, to }) => steps.map((s) => renamed(s, from, to)),
      [...script],
    );
}

/** With `a` for the first data written, `b` for the next … */
function letteredInOrder(script: FileScript): FileStep[] {
  let writes = 0;
  return script.map((step) => {
    if (step[0] !== 'write' && step[0] !== 'writeFile' && step[0] !== 'appendFile') return step;
    return withData(step, stepData(writes++, step[2].length));
  });
}

function withData(step: DataStep, data: string): FileStep {
  if (step[0] !== 'write') return [step[0], step[1], data];
  const [call, handle, , at] = step;
  return at === undefined ? [call, handle, data] : [call, handle, data, at];
}

function pathsOf(step: FileStep): readonly string[] {
  switch (step[0]) {
    case 'open':
      return [step[2]];
    case 'rename':
    case 'copyFile':
    case 'link':
      return [step[1], step[2]];
    case 'writeFile':
    case 'appendFile':
    case 'truncate':
    case 'readFile':
    case 'unlink':
      return [step[1]];
    default:
      return [];
  }
}

function renamed(step: FileStep, from: string, to: string): FileStep {
  const swap = (path: string): string => (path === from ? to : path);
  switch (step[0]) {
    case 'open':
      return [step[0], step[1], swap(step[2]), step[3]];
    case 'writeFile':
    case 'appendFile':
      return [step[0], swap(step[1]), step[2]];
    case 'truncate':
      return [step[0], swap(step[1]), step[2]];
    case 'readFile':
    case 'unlink':
      return [step[0], swap(step[1])];
    case 'rename':
    case 'copyFile':
    case 'link':
      return [step[0], swap(step[1]), swap(step[2])];
    default:
      return step;
  }
}

function simplerSteps(step: FileStep): FileStep[] {
  switch (step[0]) {
    case 'write': {
      const [call, handle, data, at] = step;
      const here: FileStep[] = at === undefined ? [] : [[call, handle, data]];
      return [...here, ...shorterData(data).map((less) => withData(step, less))];
    }
    case 'writeFile':
      return shorterData(step[2]).map((less) => withData(step, less));
    case 'appendFile':
      return [
        ['writeFile', step[1], step[2]],
        ...shorterData(step[2]).map((less) => withData(step, less)),
      ];
    case 'truncate':
      return shorterCounts(step[2], 0).map((less) => [step[0], step[1], less]);
    case 'ftruncate':
      return shorterCounts(step[2], 0).map((less) => [step[0], step[1], less]);
    case 'read':
      return shorterCounts(step[2], 1).map((less) => [step[0], step[1], less]);
    default:
      return [];
  }
}

/** Never empty: a write of nothing hides what the script was about. */
function shorterData(data: string): string[] {
  return shorterCounts(data.length, 1).map((length) => data.slice(0, length));
}

function shorterCounts(count: number, least: number): number[] {
  return [least, Math.floor(count / 2), count - 1].filter((n) => n >= least && n < count);
}
