import type { RunPlan } from '../executor.js';
import type {
  Project,
  Sequencer,
  SequencerClass,
  Specification,
  VitestInstance,
} from './vitestFace.js';

/** What the suite's own config said before the hunt touched it. */
interface Declared {
  readonly project: Project;
  readonly shuffle: boolean | undefined;
  readonly seed: number | undefined;
  readonly hasOwnSeed: boolean;
  readonly maxWorkers: number | undefined;
  readonly minWorkers: number | undefined;
  readonly fileParallelism: boolean;
  readonly maxConcurrency: number;
}

/** Puts a run's order and parallelism into the resolved configs, and takes them out again. */
export class OrderControl {
  readonly #vitest: VitestInstance;
  readonly #declared: readonly Declared[];
  #fileSeed: number | null = null;

  constructor(vitest: VitestInstance) {
    this.#vitest = vitest;
    const owners = [{ config: vitest.config, vite: vitest.vite } as Project, ...vitest.projects];
    this.#declared = owners.map((project) => ({
      project,
      shuffle: project.config.sequence.shuffle,
      seed: project.config.sequence.seed,
      hasOwnSeed: project.vite.config.test?.sequence?.seed !== undefined,
      maxWorkers: project.config.maxWorkers,
      minWorkers: project.config.minWorkers,
      fileParallelism: project.config.fileParallelism,
      maxConcurrency: project.config.maxConcurrency,
    }));
    this.#takeSequencer();
  }

  /** Vitest makes its sequencer once: ours asks, per run, for the user's order or shuffles. */
  #takeSequencer(): void {
    const { sequence } = this.#vitest.config;
    const UserSequencer = sequence.sequencer;
    const seed = () => this.#fileSeed;
    sequence.sequencer = class implements Sequencer {
      readonly #user: Sequencer;

      constructor(vitest: VitestInstance) {
        this.#user = new UserSequencer(vitest);
      }

      sort(specs: Specification[]) {
        const by = seed();
        return by === null ? this.#user.sort(specs) : shuffled(specs, by);
      }

      shard(specs: Specification[]) {
        return this.#user.shard(specs);
      }
    } satisfies SequencerClass;
  }

  apply(plan: RunPlan): void {
    this.#fileSeed = plan.orderSeed;
    for (const d of this.#declared) {
      const { config } = d.project;
      config.sequence.shuffle = plan.orderSeed === null ? d.shuffle : true;
      // A suite that shuffles by itself draws a seed per process: here, per run.
      config.sequence.seed = plan.orderSeed ?? (d.hasOwnSeed ? d.seed : plan.seed);
      config.maxWorkers = plan.serial ? 1 : d.maxWorkers;
      config.minWorkers = plan.serial ? 1 : d.minWorkers;
      config.fileParallelism = plan.serial ? false : d.fileParallelism;
      config.maxConcurrency = plan.serial ? 1 : d.maxConcurrency;
    }
  }
}

/** Fisher–Yates over a small generator (mulberry32): the same seed gives the same order anywhere. */
export function shuffled<
  T extends { readonly moduleId: string; readonly project: { readonly name: string } },
>(specs: readonly T[], seed: number): T[] {
  const key = (spec: T) => `${spec.project.name}\0${spec.moduleId}`;
  const order = [...specs].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    // Both indices are within the array.
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
