export { type ErrorCode, FlakehoundError } from '../src/index.js';
export type { FakeClock } from './fixtures/clock.js';
