import { win32 } from 'node:path';
import picomatch from 'picomatch';
import { FlakehoundError } from '../../../src/index.js';

/** Whether an absolute path with `/` between names is meant. */
export type PathMatcher = (path: string) => boolean;

/** As picomatch makes it of a pattern that it cannot read. */
const nothing = '$^';

/**
 * Refuses a glob that can match no absolute path.
 *
 * @throws FlakehoundError `FAULTS_GLOB`
 */
export function checkGlob(glob: string): void {
  const refuse = (why: string, hint: string): never => {
    throw new FlakehoundError('FAULTS_GLOB', `the glob '${glob}' can match nothing: ${why}`, {
      hint,
    });
  };
  if (typeof glob !== 'string' || glob === '') refuse('it is empty', "write '**' for any path");
  if (glob.includes('\0')) refuse('no path holds a zero byte', 'leave that byte out');
  if (!/^(\/|\*\*|[!{([@+]|[A-Za-z]:\/)/.test(glob)) {
    refuse('it is relative, paths are matched as absolute ones', `write '**/${tailOf(glob)}'`);
  }
  if (process.platform !== 'win32' && /^[A-Za-z]:\//.test(glob)) {
    refuse('paths here begin with /, not with a drive', `write '**/${tailOf(glob.slice(3))}'`);
  }
  if (glob.split('/').some((part) => part === '.' || part === '..')) {
    refuse('paths are matched without . and ..', 'write the path as it is once resolved');
  }
  if (/[^/]\/$/.test(glob)) {
    refuse('paths do not end with /', `write '${glob.slice(0, -1)}' or '${glob}**'`);
  }
  if (/[^:]\/\//.test(glob) || (glob.startsWith('//') && process.platform !== 'win32')) {
    refuse('paths have no empty names', `write '${glob.replaceAll(/\/+/g, '/')}'`);
  }
  if (picomatch.makeRe(glob, options).source === nothing) {
    refuse('its brackets cannot be read', 'mend the range, or write ? for any one character');
  }
}

/** A matcher for a glob that has been checked. Dot files match like all others. */
export function globMatcher(glob: string): PathMatcher {
  return picomatch(glob, options);
}

/** A caller's path as globs see it: absolute, resolved, with `/` between names. */
export function matchablePath(path: string, resolve: (path: string) => string): string {
  const absolute = resolve(path);
  return process.platform === 'win32' ? absolute.replaceAll(win32.sep, '/') : absolute;
}

const options = { dot: true, nocase: process.platform === 'win32' };

function tailOf(glob: string): string {
  return glob.replaceAll('\\', '/').replace(/^(\.{0,2}\/)+/, '');
}
