import {
  Arbitrary,
  array,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  type Random,
  record,
  Stream,
  tuple,
  Value,
} from 'fast-check';
import {
  FlakehoundError,
  type GroupStep,
  type JobFilter,
  type JobPatch,
  type Json,
  jobStatuses,
  type PruneRule,
} from '../../../src/index.js';
import { type JobScript, type JobStep, type JobWrite, jobScript } from './jobScript.js';
import { simplerJobScripts } from './simplerJobScripts.js';

/** What the scripts of {@link jobScripts} may look like. */
export interface JobScriptConstraints {
  /** The pool of ids. Default: `a`, `b`, `c`. */
  readonly ids?: readonly string[];
  /** The pool of types. Default: `mail`, `sync`. */
  readonly types?: readonly string[];
  /** Default: 1 to 20. */
  readonly minSteps?: number;
  readonly maxSteps?: number;
  /** Calls made in one turn. Default: 4; below 2 there is no `together`. */
  readonly maxTogether?: number;
  /** Which steps a script may have. Default: all but `crash`, which a store must be made for. */
  readonly calls?: readonly JobStep[0][];
}

type Settings = Required<JobScriptConstraints>;

/** Each call with how often it is drawn. */
const weights = {
  create: 8,
  update: 8,
  transition: 8,
  cancel: 2,
  remove: 2,
  group: 3,
  appendLog: 4,
  updateLater: 3,
  flush: 2,
  prune: 1,
  together: 4,
  list: 2,
  checkpoint: 2,
  backup: 1,
  reopen: 2,
  crash: 2,
  advance: 3,
} as const satisfies Record<JobStep[0], number>;

const everyCall = Object.keys(weights) as readonly JobStep[0][];

/** Few, so that steps meet the value that is there already; the last fills pages. */
const values: readonly Json[] = [1, null, 'text', { n: 1, list: ['ü', {}] }, 'x'.repeat(3000)];
/** What is printed is the same value again. */
const plain = { noNullPrototype: true } as const;

/** Long past and far off: clocks of other machines. */
const moments = [1, 4_102_444_800_000];

/**
 * Scripts of calls on a job store over a few ids, refused ones among them: what is taken, missing,
 * of another version or contradicts. They shrink to fewer and simpler steps and print as
 * `jobScript([...])`.
 *
 * @throws FlakehoundError `PROPERTY_CONSTRAINT` when no script can meet the constraints
 */
export function jobScripts(constraints: JobScriptConstraints = {}): Arbitrary<JobScript> {
  const settings = resolve(constraints);
  const steps = stepsBy(settings);
  const drawn = settings.calls.map((call) => ({ arbitrary: steps[call], weight: weights[call] }));
  const { minSteps, maxSteps } = settings;
  const lists = array(oneof(...drawn), { minLength: minSteps, maxLength: maxSteps });
  return new JobScriptArbitrary(lists, settings);
}

/** Draws as arrays do; shrinks by what the steps mean, which reaches further than arrays do. */
class JobScriptArbitrary extends Arbitrary<JobScript> {
  private readonly lists: Arbitrary<JobStep[]>;
  private readonly settings: Settings;

  constructor(lists: Arbitrary<JobStep[]>, settings: Settings) {
    super();
    this.lists = lists;
    this.settings = settings;
  }

  override generate(random: Random, biasFactor: number | undefined): Value<JobScript> {
    return new Value(jobScript(this.lists.generate(random, biasFactor).value), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is JobScript {
    return Array.isArray(value) && value.every((step) => Array.isArray(step));
  }

  override shrink(value: JobScript): Stream<Value<JobScript>> {
    const { calls, ids, minSteps } = this.settings;
    return Stream.of(...simplerJobScripts(value, ids))
      .filter((steps) => steps.length >= minSteps && steps.every(([call]) => calls.includes(call)))
      .map((steps) => new Value(jobScript(steps), undefined));
  }
}

function stepsBy(settings: Settings): Record<JobStep[0], Arbitrary<JobStep>> {
  const { calls, maxTogether } = settings;
  const single = writesBy(settings);
  const drawn = calls
    .filter((call): call is JobWrite[0] => call in single)
    .map((call) => ({ arbitrary: single[call], weight: weights[call] }));
  const several = drawn.length === 0 ? constant([]) : manyOf(oneof(...drawn), maxTogether);
  return {
    ...single,
    together: several.map((turn): JobStep => ['together', turn]),
    prune: rules(settings).map((rule): JobStep => ['prune', rule]),
    list: filtersBy(settings).map((filter): JobStep => ['list', filter]),
    checkpoint: constant<JobStep>(['checkpoint']),
    backup: constant<JobStep>(['backup']),
    reopen: constant<JobStep>(['reopen']),
    crash: constant<JobStep>(['crash']),
    advance: constantFrom(1, 50, 150, 1000).map((ms): JobStep => ['advance', ms]),
  };
}

function writesBy(settings: Settings): Record<JobWrite[0], Arbitrary<JobWrite>> {
  const id = constantFrom(...settings.ids);
  const type = constantFrom(...settings.types);
  const value = constantFrom(...values);
  const presumed = option(constantFrom('right' as const, 'wrong' as const), { nil: undefined });
  const details = record(
    {
      at: constantFrom(...moments),
      result: value,
      error: constantFrom({ message: 'broke' }, { message: 'broke', code: 'E_BROKE' }),
    },
    { ...plain, requiredKeys: [] },
  );
  const create = oneof(
    tuple(constant('create' as const), id, type),
    tuple(constant('create' as const), id, type, value),
    tuple(constant('create' as const), id, type, value, id),
  );
  return {
    create,
    update: tuple(constant('update' as const), id, patches(), presumed).map(short),
    transition: tuple(
      constant('transition' as const),
      id,
      constantFrom(...jobStatuses),
      details,
      presumed,
    ).map(short),
    cancel: tuple(constant('cancel' as const), id),
    remove: tuple(constant('remove' as const), id, presumed).map(short),
    group: manyOf(groupSteps(settings), 4).map((steps): JobWrite => ['group', steps]),
    appendLog: tuple(constant('appendLog' as const), id, constantFrom('said', 'y'.repeat(2000))),
    updateLater: tuple(constant('updateLater' as const), id, patches()),
    flush: constant<JobWrite>(['flush']),
  };
}

function rules({ types }: Settings): Arbitrary<PruneRule> {
  const type = constantFrom(...types);
  const members = { olderThan: constantFrom(0, 100), keep: constantFrom(0, 1), type };
  return record(members, { ...plain, requiredKeys: [] });
}

function groupSteps({ ids, types }: Settings): Arbitrary<GroupStep> {
  const id = constantFrom(...ids);
  const kind = <Kind extends GroupStep['kind']>(name: Kind) => constant(name);
  return oneof<Arbitrary<GroupStep>[]>(
    record({ kind: kind('create'), id, type: constantFrom(...types) }, plain),
    record({ kind: kind('update'), id, patch: patches() }, plain),
    record({ kind: kind('transition'), id, to: constantFrom(...jobStatuses) }, plain),
    record({ kind: kind('remove'), id }, plain),
    record({ kind: kind('log'), id, message: constant('in a group') }, plain),
  );
}

/** With few conditions rather than many, which hardly a job meets. */
function filtersBy({ ids, types }: Settings): Arbitrary<JobFilter> {
  const page = { limit: integer({ min: 0, max: 4 }), newest: constantFrom(false, true) };
  const after = { after: constantFrom(...ids) };
  const status = {
    status: oneof(constantFrom(...jobStatuses), array(constantFrom(...jobStatuses))),
  };
  const kin = { type: constantFrom(...types), parent: constantFrom(...ids) };
  const some = { ...plain, requiredKeys: [] };
  return oneof(
    record(page, some),
    record({ ...page, ...after }, some),
    record({ ...page, ...status }, some),
    record({ ...page, ...after, ...status, ...kin }, some),
  );
}

function patches(): Arbitrary<JobPatch> {
  return record(
    {
      progress: constantFrom(0, 0.5, 1, null),
      data: constantFrom(...values),
      result: constantFrom(...values),
    },
    { ...plain, requiredKeys: [] },
  );
}

function manyOf<T>(one: Arbitrary<T>, most: number): Arbitrary<T[]> {
  return array(one, { minLength: Math.min(2, most), maxLength: most });
}

/** Without the end that says nothing, and which `JobWrite` lets be left out. */
function short(step: readonly unknown[]): JobWrite {
  return (step.at(-1) === undefined ? step.slice(0, -1) : step) as unknown as JobWrite;
}

function resolve(raw: JobScriptConstraints): Settings {
  const maxTogether = raw.maxTogether ?? 4;
  const calls = raw.calls ?? everyCall.filter((call) => call !== 'crash');
  const settings: Settings = {
    ids: raw.ids ?? ['a', 'b', 'c'],
    types: raw.types ?? ['mail', 'sync'],
    minSteps: raw.minSteps ?? 1,
    maxSteps: raw.maxSteps ?? Math.max(20, raw.minSteps ?? 1),
    maxTogether,
    calls: calls.filter((call) => call !== 'together' || maxTogether >= 2),
  };
  check(settings);
  return settings;
}

function check({ ids, types, minSteps, maxSteps, maxTogether, calls }: Settings): void {
  const isCount = (n: number): boolean => Number.isInteger(n) && n >= 0;
  const strange = calls.find((call) => !(call in weights));
  const problems: [isWrong: boolean, what: string][] = [
    [ids.length === 0, 'ids is empty'],
    [types.length === 0, 'types is empty'],
    [calls.length === 0, 'calls is empty'],
    [strange !== undefined, `calls holds ${strange}`],
    [
      !isCount(minSteps) || !isCount(maxSteps) || minSteps > maxSteps,
      `minSteps ${minSteps} and maxSteps ${maxSteps} leave no length`,
    ],
    [!isCount(maxTogether), `maxTogether is ${maxTogether}`],
  ];
  const found = problems.find(([isWrong]) => isWrong);
  if (found === undefined) return;
  throw new FlakehoundError('PROPERTY_CONSTRAINT', `jobScripts: ${found[1]}`, {
    hint: `give counts of at least 0, some ids and types, and calls of ${everyCall.join(', ')}`,
  });
}
