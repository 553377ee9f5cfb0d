import type { Disk } from '../../faults/durability/disk.js';
import type { FileNode } from '../../faults/durability/nodes.js';
import { pathsOn } from './inodePaths.js';

const mostBytes = 48;
const mostPaths = 40;

/** What is on a disk below a directory, one path per line. */
export function renderTree(disk: Disk, dir: string): string[] {
  const prefix = dir === '/' ? '/' : `${dir}/`;
  const lines = [...pathsOn(disk)]
    .filter(([path]) => path.startsWith(prefix) && path !== '/')
    .map(([path, ino]) => {
      const node = disk.node(ino);
      if (node.kind === 'directory') return `  ${path}/`;
      if (node.kind === 'link') return `  ${path} -> ${node.target.toString()}`;
      return `  ${path}  ${contentText(node)}`;
    });
  if (lines.length === 0) return [`  nothing below ${dir}`];
  const rest = lines.length - mostPaths;
  return rest > 0 ? [...lines.slice(0, mostPaths), `  and ${rest} more`] : lines;
}

function contentText({ bytes }: FileNode): string {
  const unit = bytes.length === 1 ? 'byte' : 'bytes';
  if (bytes.length === 0) return 'empty';
  const shown = Buffer.from(bytes.subarray(0, mostBytes));
  const text = shown.toString('latin1');
  const isText = /^[\t\n\r -~]*$/.test(text);
  const start = isText ? JSON.stringify(text) : shown.toString('hex');
  return `${bytes.length} ${unit}: ${start}${bytes.length > mostBytes ? ' …' : ''}`;
}
