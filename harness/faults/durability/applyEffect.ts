import { invariant } from '../../../src/index.js';
import type { Effect } from './effects.js';
import {
  type DirectoryNode,
  type FileNode,
  type Ino,
  type Node,
  overwritten,
  resized,
  withEntry,
} from './nodes.js';

/** One inode's content after an effect that concerns it. */
export function applyEffect(node: Node, ino: Ino, effect: Effect): Node {
  switch (effect.kind) {
    case 'write':
      return touched(overwritten(asFile(node), effect.at, effect.bytes), effect.nowMs);
    case 'resize':
      return touched(resized(asFile(node), effect.length), effect.nowMs);
    case 'attributes':
      return { ...node, attributes: { ...node.attributes, ...effect.attributes } };
    case 'entries':
      return effect.changes
        .filter((change) => change.directory === ino)
        .reduce(
          (directory, change) => withEntry(directory, change.name, change.target),
          asDirectory(node),
        );
    case 'sync':
    case 'failedSync':
    case 'mark':
      return node;
  }
}

/** The file with that time of its last change. */
export function touched(file: FileNode, nowMs: number): FileNode {
  const { mode, uid, gid, atimeMs } = file.attributes;
  const attributes = { mode, uid, gid, atimeMs, mtimeMs: nowMs };
  return { kind: 'file', bytes: file.bytes, attributes };
}

/** @throws InvariantError when it is no file */
export function asFile(node: Node): FileNode {
  invariant(node.kind === 'file', `a file was expected, not a ${node.kind}`);
  return node;
}

/** @throws InvariantError when it is no directory */
export function asDirectory(node: Node): DirectoryNode {
  invariant(node.kind === 'directory', `a directory was expected, not a ${node.kind}`);
  return node;
}
