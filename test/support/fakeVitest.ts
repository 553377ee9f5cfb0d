import type {
  Project,
  RawTestConfig,
  ResolvedConfig,
  Sequencer,
  SequencerClass,
  Specification,
  VitestInstance,
} from '../../harness/runner/host/vitestFace.js';
import { root } from './tasks.js';

/** Leaves files in the order they are given in, and shards them likewise. */
export class AsGiven implements Sequencer {
  sort(specs: Specification[]): Specification[] {
    return specs;
  }

  shard(specs: Specification[]): Specification[] {
    return specs;
  }
}

/** A resolved config in which every value is Vitest's own default. */
export const fakeConfig = (over: Partial<ResolvedConfig> = {}): ResolvedConfig => ({
  root,
  pool: 'forks',
  isolate: true,
  fileParallelism: true,
  maxConcurrency: 5,
  testTimeout: 5_000,
  hookTimeout: 10_000,
  teardownTimeout: 10_000,
  setupFiles: [],
  globalSetup: [],
  sequence: { shuffle: false, seed: 1, sequencer: AsGiven satisfies SequencerClass },
  ...over,
});

export interface FakeProjectOptions {
  readonly name?: string;
  readonly config?: Partial<ResolvedConfig>;
  /** As the user wrote it, before Vitest resolved it. */
  readonly written?: RawTestConfig;
}

/** A Vitest with these projects that runs nothing; the first one's config is its own. */
export function fakeVitest(projects: readonly FakeProjectOptions[] = [{}]): VitestInstance {
  const made: Project[] = [];
  const [first] = projects;
  const vitest: VitestInstance = {
    config: fakeConfig(first?.config),
    projects: made,
    distPath: '/repo/node_modules/vitest/dist',
    vite: { config: { test: first?.written ?? {} } },
    state: { metadata: {} },
    cache: {},
    globTestSpecifications: async () => [],
    runTestSpecifications: async () => ({ unhandledErrors: [] }),
    cancelCurrentRun: async () => undefined,
    close: async () => undefined,
  };
  for (const [at, { name = '', config, written }] of projects.entries()) {
    made.push({
      name,
      vitest,
      config: at === 0 ? vitest.config : fakeConfig(config),
      vite: { config: { test: written ?? {} } },
      getProvidedContext: () => ({}),
    });
  }
  return vitest;
}

/** One project of a Vitest of its own. */
export function fakeProject(options: FakeProjectOptions = {}): Project {
  const [project] = fakeVitest([options]).projects;
  if (!project) throw new Error('a fake Vitest has the projects it was given');
  return project;
}

export const aSpec = (file: string, project: Project = fakeProject()): Specification => ({
  project,
  moduleId: `${root}/${file}`,
  pool: 'forks',
});
