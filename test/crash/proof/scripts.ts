import type { FaultPlan } from '../../../harness/property/index.js';
import {
  diskFull,
  fail,
  faultPlan,
  type JobScript,
  type JobStep,
  jobScript,
  loseSync,
  shorten,
  tear,
} from '../../../harness/property/index.js';
import type { StoreOptions } from '../../../src/store/options.js';
import { pairedType } from './properties.js';

/** A workload of the proof, by name. */
export interface ProofScript {
  readonly name: string;
  readonly script: JobScript;
  readonly options?: StoreOptions;
  readonly faults?: FaultPlan;
  readonly hasZombies?: boolean;
}

const text = (count: number): string => 'x'.repeat(count);

/** Writes that fill segments of 4 KiB, with names so that each is a job of its own. */
const fillers = (from: number, count: number, bytes = 900): JobStep[] =>
  Array.from(
    { length: count },
    (_, at): JobStep => ['create', `f${from + at}`, 'fill', text(bytes)],
  );

const removals = (from: number, count: number): JobStep[] =>
  Array.from({ length: count }, (_, at): JobStep => ['remove', `f${from + at}`]);

const paired = (id: string, n: number): JobStep => [
  'group',
  [
    { kind: 'update', id, patch: { data: n } },
    { kind: 'log', id, message: `change ${n}` },
  ],
];

const some: readonly JobStep[] = [
  ['create', 'a', 'mail', { n: 1 }],
  ['create', 'b', 'sync'],
  ['appendLog', 'a', 'said'],
  ['update', 'a', { progress: 0.5 }, 'right'],
  ['transition', 'b', 'active'],
];

const plain: Readonly<Record<string, readonly JobStep[]>> = {
  'first open': [],
  'first open and close': [['reopen']],
  'single writes': [
    ['create', 'a', 'mail', 1],
    ['update', 'a', { progress: 0.5 }, 'right'],
    ['update', 'a', { data: 2 }, 'wrong'],
    ['transition', 'a', 'active'],
    ['transition', 'a', 'completed', { result: 'done' }],
    ['create', 'b', 'mail'],
    ['cancel', 'b'],
    ['remove', 'b'],
    ['create', 'b', 'mail', 'again'],
  ],
  groups: [
    [
      'group',
      [
        { kind: 'create', id: 'a', type: 'mail' },
        { kind: 'create', id: 'b', type: 'mail' },
        { kind: 'log', id: 'a', message: 'in a group' },
      ],
    ],
    [
      'group',
      [
        { kind: 'transition', id: 'a', to: 'active' },
        { kind: 'remove', id: 'b' },
        { kind: 'create', id: 'c', type: 'sync' },
      ],
    ],
    [
      'group',
      [
        { kind: 'update', id: 'a', patch: { data: text(1200) } },
        { kind: 'create', id: 'a', type: 'refused, and all with it' },
      ],
    ],
    [
      'together',
      [
        ['update', 'a', { progress: 0.25 }],
        ['update', 'c', { data: 7 }],
        ['remove', 'a'],
        ['appendLog', 'c', 'last'],
      ],
    ],
  ],
  'log entries beside changes': [
    ['create', 'p', pairedType],
    ['create', 'q', pairedType],
    paired('p', 1),
    paired('q', 1),
    paired('p', 2),
    ['checkpoint'],
    paired('p', 3),
    paired('q', 2),
    ['crash'],
    paired('p', 4),
  ],
  checkpoint: [...some, ['checkpoint'], ['update', 'a', { data: 'after' }], ['remove', 'b']],
  'checkpoints, and recycling behind them': [
    ...fillers(0, 5),
    ['checkpoint'],
    ...removals(0, 5),
    ...fillers(5, 4),
    ['checkpoint'],
    ...removals(5, 4),
    ...fillers(9, 4),
    ['checkpoint'],
    ...fillers(13, 5, 700),
    ['create', 'a', 'mail'],
    ['update', 'a', { data: 'in a recycled segment' }],
  ],
  rotation: [...fillers(0, 9, 1500), ['update', 'f0', { data: 'short again' }], ['remove', 'f1']],
  'a group larger than a segment': [
    ['create', 'a', 'mail', text(5000)],
    [
      'group',
      [
        { kind: 'update', id: 'a', patch: { data: text(3000), result: text(3000) } },
        { kind: 'create', id: 'b', type: 'mail' },
      ],
    ],
  ],
  'a backup over an older one': [
    ...some,
    ['backup'],
    ['update', 'a', { data: 'newer' }],
    ['appendLog', 'b', 'newer'],
    ['backup'],
    ['remove', 'b'],
  ],
  'updates noted and flushed': [
    ...some,
    ['updateLater', 'a', { progress: 0.75 }],
    ['updateLater', 'b', { data: 'noted' }],
    ['updateLater', 'a', { data: 'noted too' }],
    ['flush'],
    ['updateLater', 'b', { progress: 1 }],
    ['update', 'b', { result: 'taken along' }],
    ['updateLater', 'a', { result: 'by the close' }],
    ['reopen'],
  ],
  'takeover by a new epoch': [
    ...some,
    ['crash'],
    ['update', 'a', { data: 2 }],
    ['crash'],
    ['remove', 'b'],
  ],
  'close and open': [
    ...some,
    ['reopen'],
    ['update', 'a', { data: 2 }],
    ['reopen'],
    ['remove', 'b'],
  ],
  prune: [
    ...some,
    ['transition', 'a', 'completed'],
    ['transition', 'b', 'failed', { error: { message: 'broke' } }],
    ['create', 'c', 'mail'],
    ['prune', { keep: 1 }],
    ['create', 'a', 'mail', 'a new one'],
    ['checkpoint'],
    ['prune', {}],
  ],
  'log tables that are joined': [
    ['create', 'a', 'mail'],
    ...Array.from({ length: 4 }, (_, at): JobStep[] => [
      ['appendLog', 'a', `${at} ${text(500)}`],
      ['appendLog', 'a', `${at} again`],
      ['checkpoint'],
    ]).flat(),
  ],
};

const onWal = '**/wal-*';

const failing: readonly ProofScript[] = [
  ...(
    [
      ['a sync that fails', { on: 'fdatasync', path: onWal, nth: 3, effect: fail('EIO') }],
      [
        'a sync that fails and forgets',
        { on: 'fdatasync', path: onWal, nth: 3, effect: loseSync('EIO') },
      ],
      [
        'every sync from one on',
        { on: 'fdatasync', path: onWal, nth: 4, times: 100, effect: loseSync('EIO') },
      ],
      ['a torn write', { on: 'write', path: onWal, nth: 5, effect: tear(40, 'EIO') }],
      ['short writes', { on: 'write', path: '**/store/*', effect: shorten(700) }],
    ] as const
  ).map(
    ([name, rule]): ProofScript => ({
      name,
      script: jobScript([
        ...some,
        ['transition', 'a', 'active'],
        ['appendLog', 'b', 'later'],
        ['remove', 'a'],
      ]),
      faults: faultPlan({ seed: 1, rules: [rule] }),
    }),
  ),
  {
    name: 'a full disk',
    script: jobScript([
      ...some,
      ...fillers(0, 8, 1500),
      ['update', 'a', { data: 'small' }],
      ['remove', 'b'],
    ]),
    faults: faultPlan({ seed: 1, rules: [{ on: 'write', effect: diskFull(20_000) }] }),
  },
  {
    name: 'a recovery file, merged at the next open',
    script: jobScript([
      ...some,
      ['updateLater', 'a', { progress: 0.75 }],
      ['updateLater', 'b', { data: 'noted' }],
      ['flush'],
      ['crash'],
      ['update', 'a', { data: 'after it was merged' }],
      ['crash'],
      ['remove', 'b'],
    ]),
    // What the first owner's log writes fails from the flush on; the recovery file finds its way.
    faults: faultPlan({
      seed: 1,
      rules: [{ on: 'write', path: '**/wal-1-*', nth: 8, times: 1000, effect: fail('ENOSPC') }],
    }),
  },
];

/** The workloads written by hand. */
export const proofScripts: readonly ProofScript[] = [
  ...Object.entries(plain).map(
    ([name, steps]): ProofScript => ({ name, script: jobScript(steps) }),
  ),
  {
    name: 'commits in the background',
    script: jobScript([...plain.groups!, ...fillers(0, 4), ['checkpoint'], ...removals(0, 2)]),
    options: { log: { segmentBytes: 4096, commit: 'background' } },
  },
  {
    name: 'an old owner that writes on',
    script: jobScript([
      ...some,
      ['crash'],
      ['update', 'a', { data: 2 }],
      ['checkpoint'],
      ['crash'],
      ['remove', 'b'],
    ]),
    hasZombies: true,
  },
  ...failing,
];
