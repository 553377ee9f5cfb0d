import type { Answers } from './answers.js';
import { isRpcCall } from './answers.js';

/** The process' own functions, taken before tests may replace them. */
export const processFace = {
  exit: process.exit.bind(process),
  send: process.send?.bind(process),
  on: process.on.bind(process),
  off: process.off.bind(process),
  emit: process.emit.bind(process),
  removeAllListeners: process.removeAllListeners.bind(process),
} as const;

const later = queueMicrotask;

/**
 * Sends what the runtime posts to the host, unless the template knows the answer: then it comes
 * as the host's would, a message to whoever listens for them.
 */
export function postToHost(message: unknown, answers: Answers): void {
  const known = isRpcCall(message) && message.i !== undefined ? answers.find(message) : undefined;
  if (known === undefined) {
    processFace.send?.(message);
    return;
  }
  const reply = { t: 's', i: (message as { i: string }).i, r: known };
  later(() => processFace.emit('message', reply, undefined));
}

export interface HostRequest {
  readonly __vitest_worker_request__?: true;
  readonly type?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

export const isRequest = (message: unknown): message is HostRequest =>
  typeof message === 'object' && message !== null && 'type' in message;
