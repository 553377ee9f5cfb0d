import { loggingWriters } from './logging.js';
import type { Member } from './member.js';
import { protocolWriters } from './protocols.js';
import { replacingWriters } from './replacing.js';

/** Every writer whose safety is known. */
export const corpus: readonly Member[] = [
  ...replacingWriters,
  ...loggingWriters,
  ...protocolWriters,
];
