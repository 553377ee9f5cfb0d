import {
  decodeErrorEventText,
  type ErrorEvents,
  encodeErrorEventText,
  noErrorEvents,
  noteError,
  resolveError,
  withErrorEvent,
} from '../engine/errorEvents.js';
import { encodeErrorEvent } from '../engine/records.js';
import { FlakehoundError } from '../errors.js';
import type { ErrorEvent, Severity } from '../jobs/jobStore.js';
import type { Clock } from '../ports/clock.js';
import type { Writer } from './writer.js';

const mostEvents = 200;

/** What went wrong around the store: kept in memory, and in the log while that takes anything. */
export class ErrorLedger {
  readonly #clock: Clock;
  #errors: ErrorEvents = noErrorEvents;
  #writer: Writer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get last(): ErrorEvent | null {
    let last: ErrorEvent | null = null;
    for (const event of this.#errors.events) {
      if (last === null || event.lastAt >= last.lastAt) last = event;
    }
    return last;
  }

  get unresolved(): readonly ErrorEvent[] {
    return this.#errors.events.filter(({ resolvedAt }) => resolvedAt === null);
  }

  /** From here on events are written. */
  writeTo(writer: Writer): void {
    this.#writer = writer;
  }

  /** Takes in an event read back from the log; what is no event is left out. */
  replay(text: string): void {
    const event = decodeErrorEventText(text);
    if (event !== undefined) this.#errors = withErrorEvent(this.#errors, event, mostEvents);
  }

  note(error: unknown, severity: Severity): void {
    const { errors, event } = noteError(
      this.#errors,
      { at: this.#clock.now(), severity, code: codeOf(error), message: messageOf(error) },
      mostEvents,
    );
    this.#errors = errors;
    this.#write(event);
  }

  /** Newest first. */
  list(how: { readonly unresolved?: boolean; readonly limit?: number }): readonly ErrorEvent[] {
    const events = how.unresolved === true ? this.unresolved : this.#errors.events;
    return [...events].reverse().slice(0, Math.max(0, how.limit ?? events.length));
  }

  /** False when there is none of this number, or it was resolved before. */
  resolve(id: number): boolean {
    const resolved = resolveError(this.#errors, id, this.#clock.now());
    if (resolved === undefined) return false;
    this.#writer?.other((sink) => encodeErrorEvent(sink, encodeErrorEventText(resolved.event)));
    this.#errors = resolved.errors;
    return true;
  }

  /** Writes all of them, since what was written before is about to leave the log. */
  carryOver(writer: Writer): void {
    for (const event of this.#errors.events) {
      writer.other((sink) => encodeErrorEvent(sink, encodeErrorEventText(event)));
    }
  }

  #write(event: ErrorEvent): void {
    try {
      this.#writer?.other((sink) => encodeErrorEvent(sink, encodeErrorEventText(event)));
    } catch {
      // The log takes nothing: that is what went wrong. The event stays in memory.
    }
  }
}

function codeOf(error: unknown): string {
  const code: unknown = Object(error ?? {}).code;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

function messageOf(error: unknown): string {
  if (error instanceof FlakehoundError && error.cause instanceof Error) {
    return `${error.message} (${error.cause.message})`;
  }
  return error instanceof Error ? error.message : String(error);
}
