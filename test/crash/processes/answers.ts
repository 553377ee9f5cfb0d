import { FlakehoundError, type JobStore } from '../../../src/index.js';

/** What a store answers, question by question, as text; a typed error is an answer of its own kind. */
export type Answers = ReadonlyMap<string, string | FlakehoundError>;

/**
 * Asks everything that can be asked without writing.
 *
 * @throws what is no FlakehoundError
 */
export async function ask(store: JobStore, ids: readonly string[]): Promise<Answers> {
  const answers = new Map<string, string | FlakehoundError>();
  const put = async (question: string, answer: () => Promise<unknown>): Promise<void> => {
    try {
      answers.set(question, JSON.stringify((await answer()) ?? null));
    } catch (error) {
      if (!(error instanceof FlakehoundError)) throw error;
      answers.set(question, error);
    }
  };
  await put('list', () => store.list());
  await put('queued', () => store.list({ status: 'queued', newest: true }));
  await put('typed', () => store.list({ type: 'type-1' }));
  await put('count', () => store.count());
  await put('logs', () => store.recentLogs(1000));
  for (const id of ids) await put(`get ${id}`, () => store.get(id));
  // One of them is enough to go through the path of a single job's log.
  const [first] = ids;
  if (first !== undefined) await put(`logs ${first}`, () => store.logs(first));
  return answers;
}

/** The first question that got another answer than the one that is true; errors are no answers. */
export function firstLie(answers: Answers, truth: Answers): string | undefined {
  for (const [question, answer] of answers) {
    // An id that wasn't used by then has no job and no log.
    const wanted = truth.get(question) ?? (question.startsWith('get') ? 'null' : '[]');
    if (typeof answer === 'string' && answer !== wanted) {
      return `${question}: ${answer} instead of ${String(wanted)}`;
    }
  }
  return undefined;
}
