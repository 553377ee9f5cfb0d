import type { Position } from '../../primitives.js';
import { call, type Script } from '../script.js';

/** Several buffers in one `read`, since the system fills them in one call. @returns bytes read */
export function* readv(
  fd: number,
  into: readonly NodeJS.ArrayBufferView[],
  at: Position,
): Script<number> {
  const whole = Buffer.alloc(totalBytes(into));
  const read = yield* call('read', fd, whole, 0, whole.length, at);
  let taken = 0;
  for (const view of into) {
    if (taken >= read) break;
    const part = whole.subarray(taken, Math.min(read, taken + view.byteLength));
    new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(part);
    taken += part.length;
  }
  return read;
}

/** Several buffers in one `write`, since the system takes them in one call. @returns bytes written */
export function* writev(
  fd: number,
  from: readonly NodeJS.ArrayBufferView[],
  at: Position,
): Script<number> {
  if (from.length === 0) return 0;
  const whole = Buffer.concat(
    from.map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)),
  );
  return yield* call('write', fd, whole, 0, whole.length, at);
}

function totalBytes(views: readonly NodeJS.ArrayBufferView[]): number {
  return views.reduce((sum, view) => sum + view.byteLength, 0);
}
