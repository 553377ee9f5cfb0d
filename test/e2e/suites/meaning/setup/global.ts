import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

declare module 'vitest' {
  interface ProvidedContext {
    token: string;
    side: string;
  }
}

function note(what: string): void {
  appendFileSync(join(process.env.E2E_STATE ?? '', 'setups'), `${what}\n`);
}

let times = 0;

export default function setup({ provide }: { provide(key: 'token', value: string): void }) {
  times += 1;
  process.env.FROM_GLOBAL_SETUP = 'yes';
  provide('token', `set up ${times}`);
  note('setup');
  return () => note('teardown');
}
