import {
  type FaultPlan,
  faultPlan,
  type SweepAftermath,
  type SweepOptions,
  sweepFaults,
} from '../../harness/property/index.js';
import type { Save } from './crashVerdict.js';

/** What a fault left. */
export interface Aftermath {
  readonly outcome: SweepAftermath['outcome'];
  /** What is in the file; `null` when there is none. */
  readonly text: string | null;
  readonly mode: number;
  readonly isLink: boolean;
  /** Names of other files beside it. */
  readonly others: readonly string[];
}

const old = 'old';
const fresh = 'new version';
const oldMode = 0o600;

/** Files in memory, the writer's own calls of `node:fs` going there, one fault a run. */
const routed: SweepOptions = {
  install: true,
  lasting: ['once'],
  setup: ({ fs, dir }) => {
    fs.writeFileSync(`${dir}/file`, old);
    fs.chmodSync(`${dir}/file`, oldMode);
  },
};

/**
 * Every operation of a writer failed with every errno that may befall it, and written short.
 *
 * @param keepsMode - whether a writer is expected to leave the file's permissions as they are
 * @returns what went wrong: lines as `write diskFull(5): said to be written, but torn`, with the
 *   errnos that do the same harm on one line
 */
export async function faultVerdicts(
  save: Save,
  options: SweepOptions & { readonly keepsMode: boolean },
): Promise<string[]> {
  const { keepsMode, ...rest } = options;
  const report = await sweepFaults(({ dir }) => save(`${dir}/file`, fresh), {
    ...routed,
    ...rest,
    invariant: (aftermath) => {
      const harm = harmOf(left(aftermath), keepsMode);
      if (harm !== '') throw new Error(harm);
    },
  });
  const lines = new Map<string, string[]>();
  for (const { operation, fault, kind, message } of report.findings) {
    const harm = kind === 'invariant' ? message : kind;
    const key = `${operation} ?: ${harm}`;
    lines.set(key, [...(lines.get(key) ?? []), fault.replace(/^fail\('(\w+)'\)$/, '$1')]);
  }
  return [...lines].map(([key, faults]) => key.replace('?', () => [...new Set(faults)].join(' ')));
}

/** What a writer leaves under one plan. */
export async function underFaults(
  save: Save,
  rules: FaultPlan['rules'],
  options: Pick<SweepOptions, 'setup' | 'clock'> = {},
): Promise<Aftermath> {
  let found: Aftermath | undefined;
  await sweepFaults(({ dir }) => save(`${dir}/file`, fresh), {
    ...routed,
    ...options,
    descriptors: 'ignored',
    only: faultPlan({ seed: 1, rules: [...rules] }),
    invariant: (aftermath) => {
      if (aftermath.fault !== undefined) found = left(aftermath);
    },
  });
  if (found === undefined) throw new Error('the writer hung');
  return found;
}

/** The file of a run, reached through a link. */
export const throughLink: NonNullable<SweepOptions['setup']> = ({ fs, dir }) => {
  fs.writeFileSync(`${dir}/target`, old);
  fs.symlinkSync('target', `${dir}/file`);
};

function left({ fs, dir, outcome }: SweepAftermath): Aftermath {
  const isThere = fs.existsSync(`${dir}/file`);
  return {
    outcome,
    text: isThere ? fs.readFileSync(`${dir}/file`, 'utf8') : null,
    isLink: isThere && fs.lstatSync(`${dir}/file`).isSymbolicLink(),
    mode: isThere ? fs.statSync(`${dir}/file`).mode & 0o777 : oldMode,
    others: fs.readdirSync(dir).filter((name) => name !== 'file'),
  };
}

function harmOf({ outcome, text, mode, others }: Aftermath, keepsMode: boolean): string {
  const isTorn = text !== old && text !== fresh;
  const isSaid = outcome.kind === 'returned' && text !== fresh;
  return [
    ...(isSaid ? ['said to be written'] : []),
    ...(isTorn ? ['torn'] : []),
    ...(outcome.kind === 'threw' && text === fresh ? ['said to have failed, but written'] : []),
    ...(keepsMode && mode !== oldMode ? [`mode ${mode.toString(8)} instead of 600`] : []),
    ...(others.length > 0 ? ['temporary file left'] : []),
  ].join(', ');
}
