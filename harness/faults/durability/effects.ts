import type { Attributes, Ino, Node } from './nodes.js';

/** One name of a directory set to an inode, or removed. */
export interface EntryChange {
  readonly directory: Ino;
  readonly name: string;
  readonly target: Ino | null;
}

/**
 * One change of a file system, small enough that a crash falls before or after it. MODEL.md says
 * which of them a crash may lose, tear or reorder.
 */
export type Effect =
  | {
      readonly kind: 'write';
      readonly ino: Ino;
      readonly at: number;
      readonly bytes: Uint8Array;
      /** Size of the file just before. */
      readonly sizeBefore: number;
      readonly nowMs: number;
    }
  | { readonly kind: 'resize'; readonly ino: Ino; readonly length: number; readonly nowMs: number }
  | {
      readonly kind: 'entries';
      readonly call: 'create' | 'link' | 'mkdir' | 'rename' | 'rmdir' | 'symlink' | 'unlink';
      /** For a rename: first the new name, then the old one. */
      readonly changes: readonly EntryChange[];
      /** The inode that came into being with it. */
      readonly born?: { readonly ino: Ino; readonly node: Node };
    }
  | { readonly kind: 'attributes'; readonly ino: Ino; readonly attributes: Partial<Attributes> }
  /** `write` reaches the write just before it only: a descriptor opened with O_SYNC or O_DSYNC. */
  | { readonly kind: 'sync'; readonly ino: Ino; readonly reach: 'all' | 'data' | 'write' }
  /** An fsync that reported an error: what it should have written is no longer dirty. */
  | { readonly kind: 'failedSync'; readonly ino: Ino }
  /** Not of the file system: what the workload told by then. */
  | { readonly kind: 'mark'; readonly mark: Mark };

/** What a workload told about its progress. */
export interface Mark {
  readonly says: 'started' | 'acknowledged';
  readonly label: string;
  readonly value: unknown;
}

/** Whether an effect extends its file. */
export function isExtending(effect: Effect): boolean {
  return effect.kind === 'write' && effect.at + effect.bytes.length > effect.sizeBefore;
}

/** The inodes whose content an effect changes; none for syncs and marks. */
export function inodesOf(effect: Effect): readonly Ino[] {
  switch (effect.kind) {
    case 'write':
    case 'resize':
    case 'attributes':
      return [effect.ino];
    case 'entries':
      return [...new Set(effect.changes.map((change) => change.directory))];
    case 'sync':
    case 'failedSync':
    case 'mark':
      return [];
  }
}
