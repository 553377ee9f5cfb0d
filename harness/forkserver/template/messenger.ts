import { writeSync } from 'node:fs';
import { controlDescriptor, type PlainError, type TemplateReport } from '../protocol.js';

/** Tells the host something, before the template stops running JavaScript for good. */
export function report(message: TemplateReport): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length; ) {
    sent += writeSync(controlDescriptor, bytes, sent);
  }
}

/** Anything thrown, in a form that survives JSON. */
export function plainError(error: unknown): PlainError {
  // Vitest's own messages carry errors as plain objects.
  const { name, message, stack } = (typeof error === 'object' && error ? error : {}) as Partial<
    Record<'name' | 'message' | 'stack', unknown>
  >;
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : String(error),
    stack: typeof stack === 'string' ? stack : '',
  };
}
