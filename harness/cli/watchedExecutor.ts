import { digestTests, type TreeState } from '../history/treeState.js';
import type { Executor, Selection } from '../runner/executor.js';
import type { Io } from './io.js';

/**
 * Looks at the tree once the suite is open, before any test runs.
 *
 * @param look - told what was found; what it throws keeps the suite from being hunted
 */
export function watchedExecutor(
  executor: Executor,
  { root, git }: { readonly root: string; readonly git: Io['git'] },
  look: (tree: TreeState, selection: Selection) => Promise<void>,
): Executor {
  return {
    async open() {
      const state = git.state(root);
      // It is awaited below; an executor that doesn't open is the better news.
      state.catch(() => undefined);
      const selection = await executor.open();
      const tree = { git: await state, tests: await digestTests(root, selection.files) };
      await look(tree, selection);
      return selection;
    },
    run: (plan, signal) => executor.run(plan, signal),
    close: () => executor.close(),
  };
}
