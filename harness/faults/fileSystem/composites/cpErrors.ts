import { systemError } from '../systemError.js';

/** Why `cp` refuses. */
export type CopyFailure =
  | 'same'
  | 'folderOverFile'
  | 'fileOverFolder'
  | 'intoItself'
  | 'linkIntoItself'
  | 'linkOverParent'
  | 'notRecursive'
  | 'exists'
  | 'socket'
  | 'pipe';

interface Wording {
  readonly code: string;
  readonly text: string;
  readonly errnoCode: string;
  readonly message: (from: string, to: string) => string;
}

const invalid = { code: 'ERR_FS_CP_EINVAL', text: 'Invalid src or dest', errnoCode: 'EINVAL' };

const wordings: Readonly<Record<CopyFailure, Wording>> = {
  same: { ...invalid, message: () => 'src and dest cannot be the same' },
  folderOverFile: {
    code: 'ERR_FS_CP_DIR_TO_NON_DIR',
    text: 'Cannot overwrite non-directory with directory',
    errnoCode: 'EISDIR',
    message: (from, to) => `cannot overwrite non-directory ${to} with directory ${from}`,
  },
  fileOverFolder: {
    code: 'ERR_FS_CP_NON_DIR_TO_DIR',
    text: 'Cannot overwrite directory with non-directory',
    errnoCode: 'ENOTDIR',
    message: (from, to) => `cannot overwrite directory ${to} with non-directory ${from}`,
  },
  intoItself: {
    ...invalid,
    message: (from, to) => `cannot copy ${from} to a subdirectory of self ${to}`,
  },
  linkIntoItself: {
    ...invalid,
    message: (from, to) => `cannot copy ${from} to a subdirectory of self ${to}`,
  },
  linkOverParent: {
    code: 'ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY',
    text: 'Cannot overwrite symlink in subdirectory of self',
    errnoCode: 'EINVAL',
    message: (from, to) => `cannot overwrite ${to} with ${from}`,
  },
  notRecursive: {
    code: 'ERR_FS_EISDIR',
    text: 'Path is a directory',
    errnoCode: 'EISDIR',
    message: (from) => `${from} is a directory (not copied)`,
  },
  exists: {
    code: 'ERR_FS_CP_EEXIST',
    text: 'Target already exists',
    errnoCode: 'EEXIST',
    message: (_from, to) => `${to} already exists`,
  },
  socket: {
    code: 'ERR_FS_CP_SOCKET',
    text: 'Cannot copy a socket file',
    errnoCode: 'EINVAL',
    message: (_from, to) => `cannot copy a socket file: ${to}`,
  },
  pipe: {
    code: 'ERR_FS_CP_FIFO_PIPE',
    text: 'Cannot copy a FIFO pipe',
    errnoCode: 'EINVAL',
    message: (_from, to) => `cannot copy a FIFO pipe: ${to}`,
  },
};

/** The error that Node's `cp` makes up; `path` is what it was about, where that isn't the target. */
export function copyError(failure: CopyFailure, from: string, to: string, path?: string): Error {
  const { code, text, errnoCode, message } = wordings[failure];
  return systemError(code, text, {
    syscall: 'cp',
    errnoCode,
    path: path ?? (failure === 'notRecursive' ? from : to),
    message: message(from, to),
  });
}
