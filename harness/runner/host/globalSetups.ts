import type { Project, VitestInstance } from './vitestFace.js';

/**
 * Ends a run's globalSetup so that the next run sets up anew, as each `vitest run` does. Vitest
 * keeps one set-up per process; we clear its memory of it, the modules it was loaded from and
 * what it put into the environment.
 */
export class GlobalSetups {
  readonly #vitest: VitestInstance;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(vitest: VitestInstance) {
    this.#vitest = vitest;
    this.#environment = { ...process.env };
  }

  /** A suite without globalSetup costs nothing between runs. */
  get some(): boolean {
    return this.#owners().some((p) => p.config.globalSetup.length > 0);
  }

  /** With projects, the root has a globalSetup of its own, and is no project of the list. */
  #owners(): Project[] {
    const root = this.#vitest.getRootProject?.();
    return [...new Set([...this.#vitest.projects, ...(root ? [root] : [])])];
  }

  /** @returns errors of teardowns: they fail a `vitest run` too */
  async endRun(): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (const project of this.#owners().reverse()) {
      if (!project._globalSetups) continue;
      try {
        await project._teardownGlobalSetup?.();
      } catch (error) {
        errors.push(error);
      }
      project._globalSetups = undefined;
      // 4 and 5 load by Vite's module runner, 3.2 by vite-node.
      project.runner?.clearCache?.();
      project.runner?.moduleCache?.clear();
    }
    for (const name of Object.keys(process.env)) {
      if (!(name in this.#environment)) delete process.env[name];
    }
    Object.assign(process.env, this.#environment);
    return errors;
  }
}
