import type { Addon } from '../addon.js';
import type { ChildOrder } from '../protocol.js';
import type { ShelteredRandom } from './randomness.js';

/** How old an ordinary worker is, in ms, when it starts to run JavaScript: what children show. */
const ageAtBirthMs = 40;

/** Makes a fresh copy of the template a process of its own, as far as JavaScript can see. */
export function assumeIdentity(
  addon: Addon,
  random: ShelteredRandom,
  hostPid: number,
  order: ChildOrder,
): void {
  addon.rebaseClock(ageAtBirthMs);
  random.reseed(addon);
  // As Node defines both; an ordinary worker's parent is the process that hosts Vitest.
  redefine('pid', addon.processId());
  redefine('ppid', hostPid);
  for (const [name, value] of Object.entries(order.env)) process.env[name] = value;
}

function redefine(name: 'pid' | 'ppid', value: number): void {
  const own = Object.getOwnPropertyDescriptor(process, name);
  const { enumerable = true, configurable = true, writable = false } = own ?? {};
  // `ppid` is answered by native code, which a mere new value leaves in place: two steps do not.
  Object.defineProperty(process, name, { get: () => value, enumerable, configurable });
  Object.defineProperty(process, name, { value, writable, enumerable, configurable });
}
