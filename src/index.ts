export {
  assertNever,
  type ErrorCode,
  FlakehoundError,
  InvariantError,
  invariant,
} from './errors.js';
export { writeFileAtomic } from './node/writeFileAtomic.js';
