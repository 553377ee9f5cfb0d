import fc from 'fast-check';
import { seededDraw } from '../../../harness/faults/durability/subsets.js';
import {
  type FaultRule,
  fail,
  faultPlan,
  type JobStep,
  jobScripts,
  loseSync,
  shorten,
  tear,
} from '../../../harness/property/index.js';
import { plausibleErrnos } from '../../../harness/property/sweep/plausibleErrnos.js';
import type { ProofScript } from './scripts.js';

const always = [
  'create',
  'update',
  'transition',
  'cancel',
  'remove',
  'group',
  'appendLog',
  'checkpoint',
  'backup',
  'reopen',
  'crash',
] as const satisfies readonly JobStep[0][];

/** What a failing disk makes ambiguous is left out there. */
const onlySound = [
  'updateLater',
  'flush',
  'prune',
  'together',
] as const satisfies readonly JobStep[0][];

const faulted = [
  'open',
  'write',
  'fdatasync',
  'fsync',
  'rename',
  'link',
  'unlink',
  'read',
] as const;

/** The workload of a seed: every third on a disk where one call fails, or is cut short. */
export function generatedProof(seed: number): ProofScript {
  const draw = seededDraw(seed);
  const isFaulty = seed % 3 === 2;
  const calls = isFaulty ? always : [...always, ...onlySound];
  const scripts = jobScripts({ calls, minSteps: 4, maxSteps: 14 });
  const script = fc.sample(scripts, { seed, numRuns: 1 })[0]!;
  const name = `generated ${seed}`;
  if (!isFaulty) return { name, script, hasZombies: seed % 3 === 1 };
  const rule = ruleBy(draw);
  return {
    name: `${name}, ${JSON.stringify(rule)}`,
    script,
    faults: faultPlan({ seed, rules: [rule] }),
  };
}

function ruleBy(draw: () => number): FaultRule {
  const pick = <T>(of: readonly T[]): T => of[Math.floor(draw() * of.length)]!;
  const on = pick(faulted);
  const nth = 1 + Math.floor(draw() * (on === 'fdatasync' || on === 'link' ? 12 : 50));
  const times = pick([1, 1, 1, 2, 5]);
  const errno = pick(plausibleErrnos({ name: on, args: ['', 'wx+'] }));
  const failure = fail(errno);
  const bytes = 1 + Math.floor(draw() * 600);
  const short = [failure, shorten(bytes)];
  const effects = {
    open: [failure],
    rename: [failure],
    link: [failure],
    unlink: [failure],
    read: short,
    write: [...short, tear(bytes, 'EIO'), tear(bytes, 'ENOSPC')],
    fdatasync: [failure, loseSync('EIO'), loseSync('ENOSPC')],
    fsync: [failure, loseSync('EIO'), loseSync('ENOSPC')],
  };
  return { on, path: '**/store/**', nth, times, effect: pick(effects[on]) };
}
