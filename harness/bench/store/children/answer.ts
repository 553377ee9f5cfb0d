/** What the parent gave this child to start with. */
export const given = <Given>(): Given => JSON.parse(process.argv[2] ?? '{}') as Given;

/** Answers each question of the parent; ends when the parent lets go. */
export function answer<Question, Answer>(
  give: (question: Question) => Promise<Answer>,
  atEnd: () => Promise<void> = async () => undefined,
): void {
  const fail = (error: unknown): never => {
    console.error(error);
    process.exit(1);
  };
  process.on('message', (question) => {
    give(question as Question).then((value) => process.send?.(value as object), fail);
  });
  process.on('disconnect', () => void atEnd().then(() => process.exit(0), fail));
}
