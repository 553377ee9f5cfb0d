import type { RecordedAnswer } from '../../forkserver/forkServer.js';
import type { Project, WireMessage } from './vitestFace.js';

/** Calls whose answer does not change while the code does not. */
const lasting = new Set([
  'fetch',
  // Vitest 5: every fetch that a file will need, in one answer.
  'fetchWarmModules',
  'resolve',
  'resolveId',
  'resolveSnapshotPath',
]);

/** What Vitest answered ordinary workers: transforms and resolutions, for forked ones to know. */
export class AnswerBook {
  readonly #answers = new Map<string, Map<string, RecordedAnswer>>();

  record(project: Project, call: WireMessage, result: unknown): void {
    const { m: method, a: args = [] } = call;
    if (method === undefined || !lasting.has(method)) return;
    const mine = this.#answers.get(project.name) ?? new Map<string, RecordedAnswer>();
    this.#answers.set(project.name, mine);
    // The fourth argument tells what the worker has cached, which is nothing at a file's start.
    const key = JSON.stringify([method, ...args.slice(0, 3)]);
    if (!mine.has(key)) mine.set(key, { method, args, result });
  }

  of(project: Project): RecordedAnswer[] {
    return [...(this.#answers.get(project.name)?.values() ?? [])];
  }

  /** Packages that the suite's files import natively, past Vite: absolute paths or file URLs. */
  externals(project: Project): string[] {
    const found = new Set<string>();
    const fetched = this.of(project).flatMap(({ method, result }) => {
      if (method === 'fetch') return [result];
      return method === 'fetchWarmModules' ? Object.values(result ?? {}) : [];
    });
    for (const result of fetched) {
      const answer = result as { externalize?: string; type?: string } | null;
      if (!answer?.externalize) continue;
      if (answer.type === 'builtin' || answer.externalize.startsWith('node:')) continue;
      // Vitest itself is in the template already.
      if (/node_modules\/(@vitest\/|vitest\/)/.test(answer.externalize)) continue;
      if (answer.externalize.startsWith('/') || answer.externalize.startsWith('file:')) {
        found.add(answer.externalize);
      }
    }
    return [...found];
  }
}
