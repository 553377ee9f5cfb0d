/** What the reader must know to judge the figures. */
export interface Notice {
  readonly code: string;
  readonly message: string;
}

const mostNotices = 100;

/** Keeps each notice once, in bounded memory, and says when there were more. */
export class NoticeTally {
  readonly #kept = new Map<string, Notice>();
  #dropped = 0;

  add({ code, message }: Notice): void {
    const key = `${code}\n${message}`;
    if (this.#kept.has(key)) return;
    if (this.#kept.size < mostNotices) this.#kept.set(key, { code, message });
    else this.#dropped += 1;
  }

  list(): Notice[] {
    const kept = [...this.#kept.values()];
    if (this.#dropped === 0) return kept;
    const message = `${this.#dropped} further notices are not listed`;
    return [...kept, { code: 'NOTICES_CUT', message }];
  }
}
