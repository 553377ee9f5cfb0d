import type { WireMessage } from './vitestFace.js';

/**
 * A worker process or thread, whoever made it: Vitest's own, a forked copy of a template, or, on
 * Vitest 3.2, one of ours. Messages sent before an exit arrive before it.
 */
export interface RawWorker {
  /** Undefined for a thread. */
  readonly pid: number | undefined;
  readonly forked: boolean;
  start(): Promise<void>;
  send(message: WireMessage): void;
  onMessage(listener: (message: WireMessage) => void): void;
  /** `error`: what a thread died of, when it could say. */
  onExit(listener: (code: number | null, signal: string | null, error?: Error) => void): void;
  /** Ends a worker that is through with its work, by force where it does not go. */
  stop(): Promise<void>;
  /** Ends it at once: it hangs. */
  kill(): void;
}
