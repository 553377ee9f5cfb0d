let count = 0;

/** How often this module's worker was asked. */
export const visits = (): number => ++count;
