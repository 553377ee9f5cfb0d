import { errnoError } from '../errno.js';

/** What a SystemError of Node tells besides its code. */
export interface SystemErrorInfo {
  readonly syscall: string;
  /** `EISDIR`, `EEXIST` … */
  readonly errnoCode: string;
  readonly path?: string;
  readonly dest?: string;
  readonly message: string;
}

/** The errors that Node's `rm` and `cp` make up themselves, with `code` of the ERR_FS_ kind. */
export function systemError(code: string, text: string, told: SystemErrorInfo): Error {
  const { syscall, errnoCode, path, dest } = told;
  const system = errnoError(errnoCode, { syscall });
  const reason = told.message;
  let message = `${text}: ${syscall} returned ${errnoCode} (${reason})`;
  if (path !== undefined) message += ` ${path}`;
  if (dest !== undefined) message += ` => ${dest}`;
  const info = {
    code: errnoCode,
    message: reason,
    ...(path === undefined ? undefined : { path }),
    ...(dest === undefined ? undefined : { dest }),
    syscall,
    // The system's own number here, not Node's negative one.
    errno: -(system.errno as number),
  };
  const error = Object.assign(new Error(message), {
    code,
    info,
    errno: info.errno,
    syscall,
  });
  Object.defineProperty(error, 'name', {
    value: 'SystemError',
    writable: true,
    configurable: true,
  });
  if (path !== undefined) Object.assign(error, { path });
  if (dest !== undefined) Object.assign(error, { dest });
  return error;
}
