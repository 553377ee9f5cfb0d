import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was checked out. */
export interface GitState {
  readonly commit: string;
  /** null for a detached head. */
  readonly branch: string | null;
  /** Digest of what differs from the commit in files that git follows; null when nothing does. */
  readonly changes: string | null;
}

/** What a hunt was of: runs of another tree must not be counted with it. */
export interface TreeState {
  /** null outside git. */
  readonly git: GitState | null;
  /** Digest of names and contents of the test files. */
  readonly tests: string;
}

/** Answers what git knows of the folder; null where there is no git, or no commit yet. */
export async function gitState(root: string): Promise<GitState | null> {
  const [commit, branch, changes] = await Promise.all([
    git(root, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    git(root, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    // Of the whole work tree, wherever in it the root lies.
    git(root, 'diff', '--no-ext-diff', '--no-color', '--binary', 'HEAD'),
  ]);
  if (commit === null) return null;
  return {
    commit,
    branch,
    changes: changes === null || changes === '' ? null : digest(changes),
  };
}

/** Answers the full name of the commit that `ref` stands for; null when git knows none. */
export const gitCommit = (root: string, ref: string): Promise<string | null> =>
  git(root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);

/** What git prints, without its last line end; null where it fails or isn't there. */
const git = (root: string, ...args: string[]): Promise<string | null> =>
  new Promise((resolve) => {
    const how = { maxBuffer: Number.POSITIVE_INFINITY };
    const child = execFile('git', ['-C', root, ...args], how, (error, stdout) => {
      resolve(error === null ? stdout.replace(/\n$/, '') : null);
    });
    child.stdin?.on('error', () => undefined).end();
  });

/** Files read at once: enough to keep a disk busy. */
const readersAtOnce = 16;

/** Digests test files, in whatever order they are named. */
export async function digestTests(
  root: string,
  files: readonly { readonly project: string; readonly file: string }[],
): Promise<string> {
  const contents = new Map<string, string>();
  const left = [...new Set(files.map(({ file }) => file))];
  const readers = Array.from({ length: readersAtOnce }, async () => {
    for (let file = left.pop(); file !== undefined; file = left.pop()) {
      // One that can't be read differs from any that can.
      const bytes = await readFile(join(root, file)).catch(() => null);
      contents.set(file, bytes === null ? 'unreadable' : digest(bytes));
    }
  });
  await Promise.all(readers);
  const lines = files.map(({ project, file }) => `${project}\0${file}\0${contents.get(file)}`);
  return digest(lines.sort().join('\n'));
}

const digest = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 24);

/** Says in what two trees differ, for a person; null when they don't. */
export function treeDifference(before: TreeState, now: TreeState): string | null {
  const [a, b] = [before.git, now.git];
  if (a?.commit !== b?.commit) {
    return `it began at ${commitWords(a)}, and checked out is ${commitWords(b)}`;
  }
  if (a?.changes !== b?.changes) {
    return b?.changes === null
      ? 'changes that were not committed then are gone'
      : 'files have changed since it began';
  }
  if (before.tests !== now.tests) return 'the test files are not those it began with';
  return null;
}

const commitWords = (git: GitState | null): string =>
  git === null
    ? 'no commit'
    : `${git.commit.slice(0, 10)}${git.branch === null ? '' : ` (${git.branch})`}`;
