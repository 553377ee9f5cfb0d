import type { FileFact } from './fileTap.js';

type Way = 'plain' | 'forked';

/**
 * Compares how a file's tests end in ordinary workers and in forked ones, and tells where the two
 * can't be the same. Pure. One flaky outcome is no difference: every outcome of one way must
 * contradict every outcome of the other.
 */
export class Comparison {
  readonly #seen = new Map<string, Record<Way, Set<string>>>();

  add(way: Way, facts: readonly FileFact[]): void {
    const failures = facts.some((f) => f.type === 'failure') ? 'fails' : 'passes';
    this.#note('the file itself', way, failures);
    const byTest = new Map<string, string>();
    for (const fact of facts) {
      if (fact.type !== 'attempt') continue;
      const ends =
        fact.outcome.kind === 'passed'
          ? 'passes'
          : fact.outcome.kind === 'skipped'
            ? 'is skipped'
            : 'fails';
      // With retries the last try tells how the test ended.
      byTest.set(`${fact.test.name}#${fact.test.ordinal}`, ends);
    }
    for (const [name, ends] of byTest) this.#note(name, way, ends);
  }

  #note(name: string, way: Way, ends: string): void {
    const seen = this.#seen.get(name) ?? { plain: new Set(), forked: new Set() };
    seen[way].add(ends);
    this.#seen.set(name, seen);
  }

  /** In words, the first contradiction; null when the two ways may be the same. */
  contradiction(): string | null {
    for (const [name, { plain, forked }] of this.#seen) {
      const never = [...plain].some((ends) => forked.has(ends));
      if (never || (plain.size === 0 && forked.size === 0)) continue;
      if (plain.size === 0) return `"${name.replace(/#0$/, '')}" exists only in a forked worker`;
      if (forked.size === 0)
        return `"${name.replace(/#0$/, '')}" does not exist in a forked worker`;
      const words = `${[...plain].join(' or ')} in an ordinary worker and ${[...forked].join(' or ')} in a forked one`;
      return `"${name.replace(/#0$/, '')}" ${words}`;
    }
    return null;
  }
}
