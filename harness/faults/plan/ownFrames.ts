import { fileURLToPath } from 'node:url';

/** This package's folders of code, in a checkout and as built, with `/` between names. */
const ownFolders = foldersOf(import.meta.url);

/** Whether a stack frame's file is flakehound's own. */
export function isOwnFile(file: string): boolean {
  const path = pathOfFrame(file);
  return ownFolders.some((folder) => path.startsWith(folder));
}

/** Whether a stack frame's file is Node's own. */
export function isNodeFile(file: string): boolean {
  return file.startsWith('node:') || file === '<anonymous>' || file === 'native';
}

/** A frame's file as a path with `/` between names. */
export function pathOfFrame(file: string): string {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return path.replaceAll('\\', '/');
}

/** Compiled code may be mapped back to its sources, so both places count. */
function foldersOf(url: string): string[] {
  const here = pathOfFrame(url);
  const at = here.lastIndexOf('/harness/faults/');
  const root = here.slice(0, at).replace(/\/dist$/, '');
  return ['harness', 'src', 'dist'].map((folder) => `${root}/${folder}/`);
}
