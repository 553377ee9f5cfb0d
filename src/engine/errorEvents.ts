import type { ErrorEvent, Severity } from '../jobs/jobStore.js';
import type { Instant } from '../units.js';
import {
  finiteNumber,
  nullable,
  objectOf,
  oneOf,
  type Shape,
  textOf,
  wholeFrom,
} from './files/shape.js';

/** What went wrong around a store, oldest first; never changes, the next state is another object. */
export interface ErrorEvents {
  readonly events: readonly ErrorEvent[];
  /** Never given twice, also after the event that had it was dropped. */
  readonly nextId: number;
}

/** Something that just went wrong. */
export type NewErrorEvent = Pick<ErrorEvent, 'at' | 'severity' | 'code' | 'message'>;

/** Least severe first. */
const severities: readonly Severity[] = ['info', 'warning', 'error', 'fatal'];

const longestMessage = 4000;

/** A store in which nothing went wrong. */
export const noErrorEvents: ErrorEvents = { events: [], nextId: 1 };

/**
 * Adds what went wrong: to the event of the same code and message if that is not resolved, else as
 * one of its own.
 *
 * @param limit - events at most; the resolved ones go first, then the least severe, the oldest of them first
 */
export function noteError(
  { events, nextId }: ErrorEvents,
  { at, severity, code, message: whole }: NewErrorEvent,
  limit: number,
): { readonly errors: ErrorEvents; readonly event: ErrorEvent } {
  const message = whole.slice(0, longestMessage);
  const known = events.find(
    (event) => event.resolvedAt === null && event.code === code && event.message === message,
  );
  if (known === undefined) {
    const fresh = { id: nextId, at, severity, code, message, count: 1, lastAt: at };
    const event: ErrorEvent = { ...fresh, resolvedAt: null };
    return { errors: withErrorEvent({ events, nextId }, event, limit), event };
  }
  const event: ErrorEvent = {
    ...known,
    severity: rank(severity) > rank(known.severity) ? severity : known.severity,
    count: known.count + 1,
    lastAt: Math.max(known.lastAt, at),
  };
  return { errors: withErrorEvent({ events, nextId }, event, limit), event };
}

/** Marks an event as resolved; `undefined` when there is none of that number, or it is resolved already. */
export function resolveError(
  errors: ErrorEvents,
  id: number,
  at: Instant,
): { readonly errors: ErrorEvents; readonly event: ErrorEvent } | undefined {
  const known = errors.events.find((event) => event.id === id);
  if (known === undefined || known.resolvedAt !== null) return undefined;
  const event = { ...known, resolvedAt: Math.max(known.lastAt, at) };
  return { errors: replaced(errors, event), event };
}

/** Puts in an event as it was read back, in the place of its earlier state. */
export function withErrorEvent(errors: ErrorEvents, event: ErrorEvent, limit: number): ErrorEvents {
  if (errors.events.some(({ id }) => id === event.id)) return replaced(errors, event);
  const nextId = Math.max(errors.nextId, event.id + 1);
  const events = [...errors.events, event].sort((a, b) => a.id - b.id);
  while (events.length > limit) events.splice(leastTelling(events), 1);
  return { events, nextId };
}

/** The text of an error event's record. */
export function encodeErrorEventText(event: ErrorEvent): string {
  return JSON.stringify(event);
}

/** `undefined` for a text that is none. */
export function decodeErrorEventText(text: string): ErrorEvent | undefined {
  try {
    return eventShape(JSON.parse(text), '');
  } catch {
    return undefined;
  }
}

function replaced({ events, nextId }: ErrorEvents, event: ErrorEvent): ErrorEvents {
  return { events: events.map((old) => (old.id === event.id ? event : old)), nextId };
}

/** Place of the event to be dropped. */
function leastTelling(events: readonly ErrorEvent[]): number {
  const worth = (event: ErrorEvent) => (event.resolvedAt === null ? 1 + rank(event.severity) : 0);
  return events.reduce(
    (least, event, at) => (worth(event) < worth(events[least]!) ? at : least),
    0,
  );
}

const rank = (severity: Severity): number => severities.indexOf(severity);

const eventShape: Shape<ErrorEvent> = objectOf<ErrorEvent>({
  id: wholeFrom(1),
  at: finiteNumber,
  severity: oneOf(severities),
  code: textOf(),
  message: textOf(),
  count: wholeFrom(1),
  lastAt: finiteNumber,
  resolvedAt: nullable(finiteNumber),
});
