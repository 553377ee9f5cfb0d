import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import type { HuntedWorker, RunScope } from '../huntPool.js';
import type {
  ProcessPool,
  Project,
  ResolvedConfig,
  Specification,
  VitestInstance,
  VitestModule,
} from '../vitestFace.js';
import { environmentOf, type FileEnvironment } from './environment.js';
import { Worker3 } from './worker3.js';

/** Files in a row for one worker: one, unless isolation is off and the worker may be kept. */
interface Lane {
  readonly project: Project;
  readonly pool: string;
  readonly environment: FileEnvironment;
  readonly specs: Specification[];
}

const environmentOrder = ['node', 'jsdom', 'happy-dom', 'edge-runtime'];

/**
 * A pool for Vitest 3.2, which has no port for single workers: schedules the files itself, in the
 * order of Vitest's sequencer and with the parallelism and isolation of the suite's config.
 */
export function huntPool3(
  module: VitestModule,
  vitest: VitestInstance,
  pools: ReadonlyMap<Project, string>,
  scope: () => RunScope,
): ProcessPool {
  let workerIds = 0;
  const running = new Set<HuntedWorker>();
  async function runTests(given: Specification[]): Promise<void> {
    workerIds = 0;
    const run = scope();
    for (const group of byGroupOrder(given)) {
      const sorted = [...(await new vitest.config.sequence.sequencer(vitest).sort(group))];
      const byPool = groupBy(sorted, (spec) => pools.get(spec.project) ?? 'forks');
      await Promise.all(
        [...byPool].map(async ([pool, specs]) => {
          const lanes = await lanesOf(specs, pool, vitest.config);
          await inParallel(lanes, limitOf(pool, vitest.config), (lane, poolId) =>
            carryOut(run, lane, poolId),
          );
        }),
      );
    }
  }
  async function carryOut(run: RunScope, lane: Lane, poolId: number): Promise<void> {
    if (run.cancelled) return;
    const worker = new Worker3(run, module, {
      distPath: vitest.distPath,
      project: lane.project,
      pool: lane.pool,
      environment: lane.environment,
      env: environmentVariables(vitest),
      execArgv: execArgvOf(lane, vitest),
      poolId,
    });
    running.add(worker);
    try {
      for (const spec of lane.specs) {
        if (run.cancelled) break;
        await worker.carryOut(spec.moduleId, ++workerIds, spec !== lane.specs.at(-1));
      }
    } finally {
      await worker.stop();
      running.delete(worker);
    }
  }
  return {
    name: 'flakehound',
    runTests,
    collectTests: async () => undefined,
    close: async () => {
      for (const worker of running) worker.cancel();
    },
  };
}

function byGroupOrder(specs: Specification[]): Specification[][] {
  const order = (s: Specification) =>
    (s.project.config.sequence as { groupOrder?: number }).groupOrder ?? 0;
  return [...groupBy(specs, order)].sort(([a], [b]) => a - b).map(([, group]) => group);
}

async function lanesOf(
  specs: Specification[],
  pool: string,
  config: ResolvedConfig,
): Promise<Lane[]> {
  const lanes = await Promise.all(
    specs.map(async (spec) => ({
      project: spec.project,
      pool,
      environment: await environmentOf(spec),
      specs: [spec],
    })),
  );
  const rank = (lane: Lane) => {
    const at = environmentOrder.indexOf(lane.environment.name);
    return at === -1 ? environmentOrder.length : at;
  };
  lanes.sort((a, b) => rank(a) - rank(b));
  if (isolates(pool, config)) return lanes;
  // Shared workers: one lane per project, environment and place, filled in turn.
  const shared: Lane[] = [];
  const places = limitOf(pool, config);
  const alike = groupBy(lanes, (l) => JSON.stringify([l.project.name, l.environment]));
  for (const group of alike.values()) {
    for (let place = 0; place < Math.min(places, group.length); place++) {
      const mine = group.filter((_, i) => i % places === place);
      shared.push({ ...(mine[0] as Lane), specs: mine.flatMap((l) => l.specs) });
    }
  }
  return shared;
}

interface PoolSettings {
  readonly isolate?: boolean;
  readonly maxForks?: number;
  readonly maxThreads?: number;
  readonly singleFork?: boolean;
  readonly singleThread?: boolean;
  readonly execArgv?: readonly string[];
}

const settingsOf = (pool: string, config: ResolvedConfig): PoolSettings =>
  config.poolOptions?.[pool] ?? {};

/** A worker with a vm context isolates by the context and is kept for further files. */
const isolates = (pool: string, config: ResolvedConfig): boolean =>
  !pool.startsWith('vm') && (settingsOf(pool, config).isolate ?? true);

/** Workers at once, as Vitest 3.2 takes them from its config. */
export function limitOf(pool: string, config: ResolvedConfig): number {
  const s = settingsOf(pool, config);
  if (s.singleFork || s.singleThread || !config.fileParallelism) return 1;
  const most = config.maxWorkers ?? s.maxForks ?? s.maxThreads;
  return most ?? Math.max(1, availableParallelism() - 1);
}

function environmentVariables(vitest: VitestInstance): Record<string, string> {
  const all = {
    TEST: 'true',
    VITEST: 'true',
    NODE_ENV: process.env.NODE_ENV || 'test',
    VITEST_MODE: 'RUN',
    FORCE_TTY: isatty(1) ? 'true' : '',
    ...process.env,
    ...vitest.config.env,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([k, v]) => (v === undefined ? [] : [[k, String(v)]])),
  );
}

function execArgvOf(lane: Lane, vitest: VitestInstance): string[] {
  const vite = vitest.vite.config as {
    ssr?: { resolve?: { conditions?: readonly string[] } };
    isProduction?: boolean;
  };
  const mode = vite.isProduction ? 'production' : 'development';
  const other = vite.isProduction ? 'development' : 'production';
  const conditions = (vite.ssr?.resolve?.conditions ?? [])
    .filter((c) => c !== other)
    .map((c) => (c === 'development|production' ? mode : c))
    .flatMap((c) => ['--conditions', c]);
  const own = settingsOf(lane.pool, vitest.config).execArgv ?? [];
  if (!lane.pool.startsWith('vm')) return [...own, ...conditions];
  const noWarnings = ['--require', join(vitest.distPath, '..', 'suppress-warnings.cjs')];
  const modules = ['--experimental-import-meta-resolve', '--experimental-vm-modules'];
  return [...modules, ...noWarnings, ...own, ...conditions];
}

async function inParallel<T>(
  items: readonly T[],
  limit: number,
  each: (item: T, place: number) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const lane = async (place: number) => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift())
      await each(item, place);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, (_, i) => lane(i + 1)));
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const at = groups.get(key(item));
    if (at) at.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
