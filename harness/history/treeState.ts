import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

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
  const git = async (...args: string[]): Promise<string | null> => {
    const done = await execa('git', ['-C', root, ...args], { reject: false, stdin: 'ignore' });
    return done.failed ? null : done.stdout;
  };
  const [commit, branch, changes] = await Promise.all([
    git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    git('symbolic-ref', '--quiet', '--short', 'HEAD'),
    // Of the whole work tree, wherever in it the root lies.
    git('diff', '--no-ext-diff', '--no-color', '--binary', 'HEAD'),
  ]);
  if (commit === null) return null;
  return {
    commit,
    branch,
    changes: changes === null || changes === '' ? null : digest(changes),
  };
}

/** Answers the full name of the commit that `ref` stands for; null when git knows none. */
export async function gitCommit(root: string, ref: string): Promise<string | null> {
  const done = await execa(
    'git',
    ['-C', root, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    { reject: false, stdin: 'ignore' },
  );
  return done.failed ? null : done.stdout.trim();
}

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
