/** Imported while node:fs fails, to see that loading goes on. */
export const answer = 42;
