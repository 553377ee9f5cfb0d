import type { WorkerTask } from './fileTap.js';

/**
 * The parts of Vitest's node side that the host touches, as they are in 3.2, 4 and 5. Structural on
 * purpose: the copy loaded at run time is the user's, of a version we can't import types from.
 */
export interface VitestModule {
  readonly version: string;
  createVitest(
    mode: 'test',
    options: Record<string, unknown>,
    viteOverrides: Record<string, unknown>,
    vitestOptions: Record<string, unknown>,
  ): Promise<VitestInstance>;
  createMethodsRPC(project: Project, options: { cacheFs: boolean }): RpcMethods;
  readonly ForksPoolWorker?: PoolWorkerClass;
  readonly ThreadsPoolWorker?: PoolWorkerClass;
  readonly VmForksPoolWorker?: PoolWorkerClass;
  readonly VmThreadsPoolWorker?: PoolWorkerClass;
}

export type RpcMethods = Record<string, (...args: readonly unknown[]) => unknown>;

export interface VitestInstance {
  readonly config: ResolvedConfig;
  readonly projects: readonly Project[];
  readonly distPath: string;
  readonly vite: { readonly config: { readonly test?: RawTestConfig } };
  readonly state: { metadata: Record<string, unknown> };
  readonly cache: {
    /** 3.2 and 4. */
    readonly results?: ResultsCache;
    /** 5. */
    readonly _results?: { get(spec: Specification): unknown };
    _update?(...args: unknown[]): Promise<void>;
  };
  pool?: ProcessPool | undefined;
  getRootProject?(): Project;
  getRelevantTestSpecifications?(filters: readonly string[]): Promise<Specification[]>;
  globTestSpecifications(filters: readonly string[]): Promise<Specification[]>;
  runTestSpecifications(
    specs: readonly Specification[],
    all: boolean,
  ): Promise<{ readonly unhandledErrors: readonly unknown[] }>;
  cancelCurrentRun(reason: string): Promise<void>;
  close(): Promise<void>;
}

export interface ResultsCache {
  getResults(key: string): unknown;
  updateResults(files: readonly unknown[]): void;
  writeToCache(): Promise<void>;
}

export interface RawTestConfig {
  readonly sequence?: { readonly seed?: number };
  readonly pool?: unknown;
}

export interface SequenceConfig {
  shuffle?: boolean | undefined;
  seed?: number | undefined;
  sequencer: SequencerClass;
  concurrent?: boolean;
}

export type SequencerClass = new (vitest: VitestInstance) => Sequencer;

export interface Sequencer {
  sort(specs: Specification[]): Promise<Specification[]> | Specification[];
  shard(specs: Specification[]): Promise<Specification[]> | Specification[];
}

export interface ResolvedConfig {
  root: string;
  pool: string;
  poolRunner?: PoolInitializer | undefined;
  poolOptions?: Record<string, Record<string, unknown> | undefined>;
  isolate: boolean;
  fileParallelism: boolean;
  maxWorkers?: number | undefined;
  minWorkers?: number | undefined;
  maxConcurrency: number;
  testTimeout: number;
  hookTimeout: number;
  teardownTimeout: number;
  bail?: number | undefined;
  setupFiles: string[];
  globalSetup: readonly string[];
  snapshotEnvironment?: string | undefined;
  sequence: SequenceConfig;
  dangerouslyIgnoreUnhandledErrors?: boolean;
  onUnhandledError?: (error: unknown) => boolean | undefined;
  shard?: { index: number; count: number } | undefined;
  env?: Record<string, unknown>;
  execArgv?: string[];
  browser?: { readonly enabled?: boolean };
  fsModuleCache?: boolean;
  experimental?: { readonly viteModuleRunner?: boolean; fsModuleCache?: boolean };
}

export interface Project {
  readonly name: string;
  readonly vitest: VitestInstance;
  readonly config: ResolvedConfig;
  readonly vite: { readonly config: { readonly test?: RawTestConfig } };
  readonly serializedConfig?: Record<string, unknown>;
  readonly runner?: { clearCache?(): void; moduleCache?: { clear(): void } };
  getProvidedContext(): Record<string, unknown>;
  _globalSetups?: unknown;
  _teardownGlobalSetup?(): Promise<void>;
}

export interface Specification {
  readonly project: Project;
  readonly moduleId: string;
  readonly pool: string;
}

export interface ProcessPool {
  readonly name: string;
  runTests(specs: Specification[], invalidates?: readonly string[]): Promise<void>;
  collectTests(specs: Specification[]): Promise<void>;
  close?(): Promise<void>;
}

export interface PoolWorkerOptions {
  readonly distPath: string;
  readonly project: Project;
  readonly method: 'run' | 'collect';
  readonly environment: { readonly name: string; readonly options: unknown };
  readonly env: Record<string, string>;
  readonly execArgv: readonly string[];
  /** Ours, for Vitest 3.2: the place among workers that run at once, from 1. */
  readonly poolId?: number;
}

export type PoolWorkerClass = new (options: PoolWorkerOptions) => PoolWorker;

/** Vitest's port for whatever runs test files (4 and 5). */
export interface PoolWorker {
  readonly name: string;
  readonly cacheFs?: boolean;
  readonly reportMemory?: boolean;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(message: unknown): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  deserialize(data: unknown): unknown;
  canReuse?(task: unknown): boolean;
}

export interface PoolInitializer {
  readonly name: string;
  createPoolWorker(options: PoolWorkerOptions): PoolWorker;
}

/** What workers and Vitest's main process exchange: birpc frames and lifecycle messages. */
export interface WireMessage {
  readonly __vitest_worker_response__?: true;
  readonly __vitest_worker_request__?: true;
  readonly type?: string;
  readonly error?: unknown;
  readonly context?: Record<string, unknown>;
  /** birpc: q asks, s answers. */
  readonly t?: 'q' | 's';
  /** Method. */
  readonly m?: string;
  /** Arguments. */
  readonly a?: readonly unknown[];
  /** Id of the call; absent when no answer is awaited. */
  readonly i?: string;
  /** Result or error of an answer. */
  readonly r?: unknown;
  readonly e?: unknown;
}

export type CollectedFile = WorkerTask & { readonly filepath: string };
