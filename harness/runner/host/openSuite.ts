import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { execaSync } from 'execa';
import { FlakehoundError } from '../../../src/index.js';
import type { NoticeGiven } from '../../events.js';
import type { SuiteOptions, TestFile } from '../executor.js';
import type { FoundVitest } from '../findVitest.js';
import { quietOwnSnapshots, type Scratch } from './scratch.js';
import type { Project, Specification, VitestInstance, VitestModule } from './vitestFace.js';

export interface OpenedSuite {
  readonly module: VitestModule;
  readonly vitest: VitestInstance;
  readonly specs: readonly Specification[];
  /** The pool that each project's config names, before the hunt put its own there. */
  readonly pools: ReadonlyMap<Project, string>;
  readonly workers: number;
  readonly notices: readonly NoticeGiven[];
}

/**
 * Loads the suite with the user's own Vitest and config, as `vitest run` does, except for what a
 * hunt must not do: write snapshots, caches or coverage, watch, serve, or stop at the first failure.
 *
 * @param takePool - puts the hunt's own pool into a project before its files are looked up
 * @throws FlakehoundError `ENV_CONFIG`, `ENV_GIT`, `USAGE_PROJECT` or `USAGE_NO_TESTS`
 */
export async function openSuite(
  options: SuiteOptions,
  found: FoundVitest,
  scratch: Scratch,
  takePool: (project: Project, nativePool: string) => void,
): Promise<OpenedSuite> {
  asVitestRunDoes();
  const entry = pathToFileURL(join(found.distPath, 'node.js')).href;
  const module = (await import(entry)) as VitestModule;
  if (options.changed !== null) checkGit(options.root, options.changed);
  const vitest = await create(module, options, scratch);
  const notices: NoticeGiven[] = options.via === 'context' ? [contextNotice] : [];
  const pools = new Map<Project, string>();
  keepCacheOut(vitest);
  for (const [at, project] of [...vitest.projects].entries()) {
    pools.set(project, project.config.pool);
    prepare(project, at, scratch, notices);
    takePool(project, project.config.pool);
  }
  const specs = await select(vitest, options, notices);
  return { module, vitest, specs, pools, workers: workersOf(vitest, specs), notices };
}

const contextNotice: NoticeGiven = {
  type: 'noticeGiven',
  code: 'WEAKER_ISOLATION',
  message:
    'files shared processes (--via context): process.env, the working directory and state of native modules could pass from one to the next',
};

/** Vitest's command line sets these in its own process, and workers inherit them. */
function asVitestRunDoes(): void {
  process.env.VITEST ??= 'true';
  process.env.TEST ??= 'true';
  process.env.NODE_ENV ??= 'test';
}

async function create(
  module: VitestModule,
  options: SuiteOptions,
  scratch: Scratch,
): Promise<VitestInstance> {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const cli: Record<string, unknown> = {
    root: options.root,
    watch: false,
    run: true,
    api: false,
    ui: false,
    open: false,
    cache: false,
    reporters: [{}],
    coverage: { enabled: false },
    typecheck: { enabled: false },
    bail: 0,
    // Vitest 5 reads it while it starts.
    fsModuleCache: false,
  };
  if (options.config !== null) cli.config = options.config;
  if (options.projects.length > 0) cli.project = [...options.projects];
  if (options.testNamePattern !== null) cli.testNamePattern = options.testNamePattern;
  if (options.changed !== null) cli.changed = options.changed;
  if (options.via === 'context') cli.pool = 'vmForks';
  if (options.workers !== null) {
    cli.maxWorkers = options.workers;
    cli.minWorkers = options.workers;
    cli.fileParallelism = options.workers > 1;
  }
  try {
    return await module.createVitest(
      'test',
      cli,
      {
        // Vite's cache lies in the user's node_modules otherwise.
        cacheDir: join(scratch.dir, 'vite'),
        server: { middlewareMode: true, watch: null, fs: { strict: false } },
      },
      { stdout: sink(), stderr: sink() },
    );
  } catch (cause) {
    throw openingError(cause, options);
  }
}

/** Vitest takes a folder without git, or an unknown ref, for one where nothing has changed. */
function checkGit(root: string, changed: string | true): void {
  const ref = changed === true ? 'HEAD' : changed;
  const git = (...args: string[]) => execaSync('git', ['-C', root, ...args], { reject: false });
  if (git('rev-parse', '--is-inside-work-tree').failed) {
    throw new FlakehoundError(
      'ENV_GIT',
      `--changed needs git, and ${root} lies in no repository of it`,
      {
        hint: 'leave --changed out, or run git init',
      },
    );
  }
  if (changed !== true && git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).failed) {
    throw new FlakehoundError(
      'USAGE_OPTION',
      `--changed ${ref}: git knows no such commit or branch`,
      {
        hint: 'name one that it knows, such as --changed main, or fetch it first: git fetch',
      },
    );
  }
}

function openingError(cause: unknown, options: SuiteOptions): FlakehoundError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/No projects matched the filter/.test(message)) {
    return new FlakehoundError(
      'USAGE_PROJECT',
      `no project matches ${options.projects.join(', ')}`,
      {
        hint: `list the suite's projects: flakehound doctor --root ${options.root}`,
        cause,
      },
    );
  }
  const which = options.config ?? 'the Vitest config';
  return new FlakehoundError('ENV_CONFIG', `${which} could not be loaded: ${message}`, {
    hint: 'check it by hand: npx vitest list',
    cause,
  });
}

/** Vitest runs what failed last time first: with it, one run's failures would order the next. */
function keepCacheOut(vitest: VitestInstance): void {
  const { results, _results } = vitest.cache;
  if (results) {
    results.getResults = () => undefined;
    results.updateResults = () => undefined;
    results.writeToCache = async () => undefined;
  }
  // Vitest 5 keeps it, with the caches of transforms, behind other names.
  if (_results) _results.get = () => undefined;
  if (vitest.cache._update) vitest.cache._update = async () => undefined;
}

function prepare(project: Project, at: number, scratch: Scratch, notices: NoticeGiven[]): void {
  const { config } = project;
  config.setupFiles.unshift(scratch.flightSetup);
  if (config.bail) config.bail = 0;
  // Kept between runs of the same code by us, without files in the user's tree.
  if (config.fsModuleCache) config.fsModuleCache = false;
  if (config.experimental?.fsModuleCache) config.experimental.fsModuleCache = false;
  if (config.snapshotEnvironment) {
    config.snapshotEnvironment = quietOwnSnapshots(
      scratch.dir,
      String(at),
      config.snapshotEnvironment,
    );
  }
  if (config.browser?.enabled) {
    notices.push({
      type: 'noticeGiven',
      code: 'BROWSER_LEFT_OUT',
      message: `project "${project.name}" runs in a browser: its files are left out of the hunt`,
    });
  }
}

async function select(
  vitest: VitestInstance,
  options: SuiteOptions,
  notices: NoticeGiven[],
): Promise<Specification[]> {
  let specs: Specification[];
  try {
    const filters = [...options.filters];
    specs = await (vitest.getRelevantTestSpecifications?.(filters) ??
      vitest.globTestSpecifications(filters));
  } catch (cause) {
    throw new FlakehoundError(
      'ENV_GIT',
      `the changed files could not be found: ${cause instanceof Error ? cause.message : cause}`,
      {
        hint: `${options.root} must lie in a git repository: leave --changed out, or run git init`,
        cause,
      },
    );
  }
  specs = specs.filter((spec) => spec.pool !== 'browser' && spec.pool !== 'typescript');
  if (specs.length === 0 && options.changed !== null) {
    const message = 'no test file depends on what changed';
    notices.push({ type: 'noticeGiven', code: 'NOTHING_CHANGED', message });
  } else if (specs.length === 0) {
    const what = options.filters.length > 0 ? `matches ${options.filters.join(' ')}` : 'was found';
    throw new FlakehoundError('USAGE_NO_TESTS', `no test file ${what} in ${options.root}`, {
      hint: 'list what Vitest sees: npx vitest list --filesOnly',
    });
  }
  return options.shard === null ? specs : shard(vitest, specs, options.shard);
}

async function shard(
  vitest: VitestInstance,
  specs: Specification[],
  part: { index: number; count: number },
): Promise<Specification[]> {
  vitest.config.shard = part;
  try {
    const sequencer = new vitest.config.sequence.sequencer(vitest);
    return [...(await sequencer.shard([...specs]))];
  } finally {
    vitest.config.shard = undefined;
  }
}

/** As Vitest itself counts: what the config says, else one less than the cores. */
function workersOf(vitest: VitestInstance, specs: readonly Specification[]): number {
  const cores = Math.max(1, availableParallelism() - 1);
  const counts = [...new Set(specs.map((s) => s.project))].map((project) => {
    if (project.config.fileParallelism === false) return 1;
    return Number(project.config.maxWorkers ?? vitest.config.maxWorkers ?? cores) || cores;
  });
  return counts.length === 0 ? 1 : Math.max(...counts);
}

/** The file as events name it. */
export function testFileOf(root: string, spec: Specification): TestFile {
  return { project: spec.project.name, file: relative(root, spec.moduleId).split(sep).join('/') };
}
