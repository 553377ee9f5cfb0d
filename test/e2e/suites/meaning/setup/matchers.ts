import { beforeAll, expect } from 'vitest';

declare module 'vitest' {
  interface Matchers<T> {
    toBeEven(): T;
  }
}

expect.extend({
  toBeEven: (received: number) => ({
    pass: received % 2 === 0,
    message: () => `${received} is odd`,
  }),
});

(globalThis as { setUps?: number }).setUps = ((globalThis as { setUps?: number }).setUps ?? 0) + 1;

beforeAll(() => {
  process.env.FROM_SETUP_HOOK = 'yes';
});
