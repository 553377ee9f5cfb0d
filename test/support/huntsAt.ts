import { runCli } from '../../harness/cli/runCli.js';
import type { GitState } from '../../harness/history/treeState.js';
import type { FakeSuite } from './fakeExecutor.js';
import { type FakeMachine, type FakeWorld, fakeIo } from './fakeIo.js';

/** What a command line printed, and how it ended. */
export interface Typed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A checkout in which commands are typed, one after the other, into one store. */
export function checkout(cwd: string, machine: FakeMachine) {
  const type = async (world: FakeWorld, ...argv: string[]): Promise<Typed> => {
    const io = fakeIo({ cwd, machine, ...world });
    const code = await runCli(argv, { version: '0.0.0', io });
    return { code, out: io.out.text, err: io.err.text };
  };
  return {
    type,
    /** Stores a hunt of this suite at this commit. */
    hunt: (suite: FakeSuite, git: GitState | null, ...more: string[]): Promise<Typed> =>
      type({ suite, git }, 'hunt', '--fail-on', 'never', ...more),
  };
}

export const at = (commit: string, branch: string | null = 'main', changes?: string): GitState => ({
  commit: commit.repeat(40).slice(0, 40),
  branch,
  changes: changes ?? null,
});
