import { type Arbitrary, array, constantFrom, integer, oneof, option, record } from 'fast-check';
import { FlakehoundError } from '../../../src/index.js';
import {
  type Effect,
  type EffectKind,
  type FaultPlan,
  type FaultRule,
  faultPlan,
  type OperationName,
} from '../../faults/plan/faultPlan.js';
import { canMeet } from '../../faults/plan/operations.js';
import { printable } from './planCode.js';

/** What the plans of {@link faultPlans} may hold. */
export interface FaultPlanConstraints {
  /** Operations to fail; the first is what shrinking prefers. Default: those that write. */
  readonly operations?: readonly OperationName[];
  /** Default: `fail`, `shorten`, `tear`. */
  readonly effects?: readonly EffectKind[];
  /** Errnos of `fail`, `tear` and `loseSync`. Default: EIO, ENOSPC, EACCES, EBUSY, EMFILE. */
  readonly errnos?: readonly string[];
  /** Globs; some rules have one of them. Default: none. */
  readonly paths?: readonly string[];
  /** Default: 0 to 3. */
  readonly minRules?: number;
  readonly maxRules?: number;
  /** Default: 10. */
  readonly maxNth?: number;
  /** Of `shorten`, `tear`, `diskFull` and `afterBytes`. Default: 100. */
  readonly maxBytes?: number;
  /** Default: 1000. */
  readonly maxDelayMs?: number;
  /** Whether some rules fire by chance instead of by count. Default: false. */
  readonly chance?: boolean;
}

type Settings = Required<FaultPlanConstraints>;

const writers: readonly OperationName[] = [
  'write',
  'open',
  'rename',
  'fsync',
  'close',
  'unlink',
  'mkdir',
];

/**
 * Fault plans, each valid. They shrink to fewer rules, earlier operations and smaller numbers, and
 * print as `faultPlan({ seed: 1, rules: [{ on: 'rename', nth: 2, effect: fail('EBUSY') }] })`.
 *
 * @throws FlakehoundError `PROPERTY_CONSTRAINT` when no rule can meet the constraints; as
 *   `faultPlan` does for operations, errnos and globs that don't exist
 */
export function faultPlans(constraints: FaultPlanConstraints = {}): Arbitrary<FaultPlan> {
  const settings = resolve(constraints);
  const { minRules, maxRules } = settings;
  return record({
    seed: integer({ min: 1, max: 2 ** 31 - 1 }),
    rules: array(faultRules(settings), { minLength: minRules, maxLength: maxRules }),
  })
    .map(({ seed, rules }) => validPlan(seed, rules))
    .filter((plan) => plan.rules.length >= minRules)
    .map(printable);
}

/** Only a rule that draws needs a seed; any other plan reads easier with 1. */
function validPlan(seed: number, rules: readonly FaultRule[]): FaultPlan {
  const kept: FaultRule[] = [];
  for (const rule of rules) {
    if (isValid([...kept, rule])) kept.push(rule);
  }
  const draws = kept.some((rule) => rule.probability !== undefined);
  return faultPlan({ seed: draws ? seed : 1, rules: kept });
}

/** Rules that are right by themselves may still contradict each other. */
function isValid(rules: readonly FaultRule[]): boolean {
  try {
    faultPlan({ seed: 1, rules });
    return true;
  } catch (error) {
    if (error instanceof FlakehoundError && error.code === 'FAULTS_CONTRADICTION') return false;
    throw error;
  }
}

function faultRules(settings: Settings): Arbitrary<FaultRule> {
  return oneof(...settings.effects.map((kind) => rulesOf(kind, settings)));
}

function rulesOf(kind: EffectKind, settings: Settings): Arbitrary<FaultRule> {
  const { operations, paths, maxNth, maxBytes, chance } = settings;
  const effects = effectsOf(kind, settings);
  const possible = operations.filter((name) => canMeet(name, sampleEffect(kind)));
  const counted = record({
    nth: integer({ min: 1, max: maxNth }),
    times: option(integer({ min: 2, max: 5 }), { nil: undefined }),
  });
  const drawn = constantFrom(0.5, 0.25, 0.1).map((probability) => ({ probability }));
  const when: Arbitrary<WhenToFire> = chance ? oneof(counted, drawn) : counted;
  return record({
    on: constantFrom(...possible),
    path:
      paths.length === 0
        ? constantFrom(undefined)
        : option(constantFrom(...paths), { nil: undefined }),
    when: kind === 'diskFull' ? constantFrom<WhenToFire>({}) : when,
    afterBytes: option(integer({ min: 0, max: maxBytes }), { nil: undefined, freq: 3 }),
    effect: effects,
  }).map(({ on, path, when: { nth, times, probability }, afterBytes, effect }) => ({
    on,
    ...(path === undefined ? {} : { path }),
    ...(nth === undefined ? {} : { nth }),
    ...(times === undefined || kind === 'crash' ? {} : { times }),
    ...(probability === undefined ? {} : { probability }),
    ...(afterBytes === undefined ? {} : { afterBytes }),
    effect,
  }));
}

interface WhenToFire {
  readonly nth?: number;
  readonly times?: number | undefined;
  readonly probability?: number;
}

function effectsOf(kind: EffectKind, settings: Settings): Arbitrary<Effect> {
  const code = constantFrom(...settings.errnos);
  const bytes = (min: number) => integer({ min, max: Math.max(min, settings.maxBytes) });
  switch (kind) {
    case 'fail':
    case 'loseSync':
      return code.map((errno) => ({ kind, code: errno }));
    case 'delay':
      return integer({ min: 1, max: settings.maxDelayMs }).map((ms) => ({ kind, ms }));
    case 'shorten':
      return bytes(1).map((n) => ({ kind, bytes: n }));
    case 'diskFull':
      return bytes(0).map((n) => ({ kind, bytes: n }));
    case 'tear':
      return record({ bytes: bytes(0), code }).map((torn) => ({ kind, ...torn }));
    case 'crash':
      return constantFrom({ kind });
  }
}

/** Whether an effect can meet an operation depends on its kind alone. */
function sampleEffect(kind: EffectKind): Effect {
  return { kind, code: 'EIO', ms: 1, bytes: 1 } as Effect;
}

function resolve(raw: FaultPlanConstraints): Settings {
  const settings: Settings = {
    operations: raw.operations ?? writers,
    effects: raw.effects ?? ['fail', 'shorten', 'tear'],
    errnos: raw.errnos ?? ['EIO', 'ENOSPC', 'EACCES', 'EBUSY', 'EMFILE'],
    paths: raw.paths ?? [],
    minRules: raw.minRules ?? 0,
    maxRules: raw.maxRules ?? Math.max(3, raw.minRules ?? 0),
    maxNth: raw.maxNth ?? 10,
    maxBytes: raw.maxBytes ?? 100,
    maxDelayMs: raw.maxDelayMs ?? 1000,
    chance: raw.chance ?? false,
  };
  check(settings);
  return settings;
}

function check(settings: Settings): void {
  const { operations, effects, errnos, minRules, maxRules, maxNth, maxBytes, maxDelayMs } =
    settings;
  refuseUnknownNames(settings);
  const stray = effects.find(
    (kind) => !operations.some((name) => canMeet(name, sampleEffect(kind))),
  );
  const atLeast = (least: number, n: number): boolean => Number.isSafeInteger(n) && n >= least;
  const problems: [isWrong: boolean, what: string][] = [
    [effects.length === 0, 'effects is empty'],
    [errnos.length === 0, 'errnos is empty'],
    [
      stray !== undefined,
      `${stray} can happen to none of ${operations.join(', ') || 'no operations'}`,
    ],
    [
      !atLeast(0, minRules) || !atLeast(minRules, maxRules),
      `minRules ${minRules} and maxRules ${maxRules} leave no length`,
    ],
    [!atLeast(1, maxNth), `maxNth is ${maxNth}`],
    [!atLeast(0, maxBytes), `maxBytes is ${maxBytes}`],
    [!atLeast(1, maxDelayMs), `maxDelayMs is ${maxDelayMs}`],
  ];
  const found = problems.find(([isWrong]) => isWrong);
  if (found === undefined) return;
  throw new FlakehoundError('PROPERTY_CONSTRAINT', `faultPlans: ${found[1]}`, {
    hint: 'leave the constraint out for its default',
  });
}

/** Lets the plan's own checks name what doesn't exist. */
function refuseUnknownNames({ operations, errnos, paths }: Settings): void {
  const rules: FaultRule[] = [
    ...operations.map((on): FaultRule => ({ on, effect: { kind: 'delay', ms: 1 } })),
    ...errnos.map((code): FaultRule => ({ on: 'open', effect: { kind: 'fail', code } })),
    ...paths.map((path): FaultRule => ({ on: 'open', path, effect: { kind: 'delay', ms: 1 } })),
  ];
  for (const rule of rules) faultPlan({ seed: 1, rules: [rule] });
}
