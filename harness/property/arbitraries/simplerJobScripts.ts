import type { GroupStep, JobPatch } from '../../../src/index.js';
import type { JobScript, JobStep, JobWrite } from './jobScript.js';

/**
 * Scripts a little simpler than this one, the boldest first: with steps left out, with earlier ids
 * of the pool, with less said in a step. Each is strictly simpler, so that shrinking ends.
 */
export function* simplerJobScripts(
  script: JobScript,
  ids: readonly string[],
): Generator<readonly JobStep[]> {
  yield* withoutSome(script);
  for (const [at, id] of ids.entries()) {
    for (const simpler of ids.slice(0, at)) {
      const renamed = renamedIn(script, id, simpler);
      if (JSON.stringify(renamed) !== JSON.stringify(script)) yield renamed;
    }
  }
  for (const [at, step] of script.entries()) {
    for (const simpler of simplerSteps(step)) yield script.with(at, simpler);
  }
}

function* withoutSome<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let length = list.length; length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < list.length; from += length) yield list.toSpliced(from, length);
  }
}

function* simplerSteps(step: JobStep): Generator<JobStep> {
  if (step[0] !== 'together') return yield* simplerWrites(step);
  for (const write of step[1]) yield write;
  for (const writes of withoutSome(step[1])) yield ['together', writes];
  for (const [at, write] of step[1].entries()) {
    for (const simpler of simplerWrites(write)) {
      if (isWrite(simpler)) yield ['together', step[1].with(at, simpler)];
    }
  }
}

function* simplerWrites(step: Exclude<JobStep, readonly ['together', ...unknown[]]>) {
  switch (step[0]) {
    case 'create':
      if (step.length > 3) yield step.slice(0, -1) as unknown as JobStep;
      return;
    case 'update':
      if (step[3] !== undefined) yield [step[0], step[1], step[2]] as JobStep;
      for (const patch of simplerObjects<JobPatch>(step[2]))
        yield step.with(2, patch) as unknown as JobStep;
      return;
    case 'transition':
      if (step[4] !== undefined) yield step.slice(0, 4) as unknown as JobStep;
      if (step.length > 3) yield step.slice(0, 3) as unknown as JobStep;
      for (const details of simplerObjects(step[3] ?? {}))
        yield step.with(3, details) as unknown as JobStep;
      return;
    case 'remove':
      if (step[2] !== undefined) yield [step[0], step[1]] as JobStep;
      return;
    case 'group':
      for (const steps of withoutSome<GroupStep>(step[1])) yield [step[0], steps] as JobStep;
      for (const [at, one] of step[1].entries()) {
        if (one.kind !== 'update') continue;
        for (const patch of simplerObjects<JobPatch>(one.patch)) {
          yield [step[0], step[1].with(at, { ...one, patch })] as JobStep;
        }
      }
      return;
    case 'updateLater':
      for (const patch of simplerObjects<JobPatch>(step[2]))
        yield step.with(2, patch) as unknown as JobStep;
      return;
    case 'appendLog':
      if (step[2].length > 1) yield [step[0], step[1], step[2].slice(0, 1)] as JobStep;
      return;
    case 'prune':
    case 'list':
      for (const rule of simplerObjects(step[1])) yield [step[0], rule] as JobStep;
      return;
    case 'advance':
      if (step[1] > 1) yield ['advance', 1] as JobStep;
  }
}

/** Each with a member less. */
function simplerObjects<T extends object>(value: T): T[] {
  return Object.keys(value).map(
    (left) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== left)) as T,
  );
}

function renamedIn(script: JobScript, from: string, to: string): JobStep[] {
  const swap = (id: string): string => (id === from ? to : id);
  const inGroup = (step: GroupStep): GroupStep =>
    step.id === undefined ? step : { ...step, id: swap(step.id) };
  const inStep = (step: JobStep): JobStep => {
    switch (step[0]) {
      case 'together':
        return ['together', step[1].map(inStep).filter(isWrite)];
      case 'group':
        return ['group', step[1].map(inGroup)];
      case 'create':
        if (step[4] === undefined) return step.with(1, swap(step[1])) as unknown as JobStep;
        return step.with(1, swap(step[1])).with(4, swap(step[4])) as unknown as JobStep;
      case 'update':
      case 'transition':
      case 'cancel':
      case 'remove':
      case 'appendLog':
      case 'updateLater':
        return (step as readonly unknown[]).with(1, swap(step[1])) as unknown as JobStep;
      default:
        return step;
    }
  };
  return script.map(inStep);
}

const otherCalls: readonly JobStep[0][] = [
  'together',
  'prune',
  'list',
  'checkpoint',
  'backup',
  'reopen',
  'crash',
  'advance',
];

function isWrite(step: JobStep): step is JobWrite {
  return !otherCalls.includes(step[0]);
}
