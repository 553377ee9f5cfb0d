import { FlakehoundError } from '../../errors.js';
import type { Bytes } from '../../units.js';

/** Says that a table file holds bytes which nobody wrote that way. */
export function corruptTable(path: string, at: Bytes, why: string): FlakehoundError {
  return new FlakehoundError('CHECKPOINT_CORRUPT', `${path} is damaged at byte ${at}: ${why}`, {
    hint: `keep ${path} for diagnosis; then let the store go back to its older checkpoint (flakehound store check DIR tells whether it can), or restore a backup`,
  });
}

/** Says that a table file couldn't be read, though its bytes may be whole. */
export function unreadableTable(path: string, at: Bytes, cause: unknown): FlakehoundError {
  const missing = errnoOf(cause) === 'ENOENT';
  return new FlakehoundError(
    'CHECKPOINT_READ',
    missing
      ? `${path} is not there, though the manifest names it`
      : `${path} could not be read at byte ${at}: ${textOf(cause)}`,
    {
      cause,
      hint: missing
        ? `put ${path} back, or restore a backup into a new folder`
        : `look at the disk and the permissions of ${path}, then open the store again`,
    },
  );
}

/** Says that a table file couldn't be made; what was there before is as it was. */
export function unwritableTable(path: string, at: Bytes, cause: unknown): FlakehoundError {
  return new FlakehoundError(
    'CHECKPOINT_WRITE',
    `${path} could not be written beyond byte ${at}: ${textOf(cause)}`,
    { cause, hint: 'give the disk of the store room and see that its folder may be written to' },
  );
}

function errnoOf(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
