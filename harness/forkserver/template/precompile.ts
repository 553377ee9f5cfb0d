import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type vm from 'node:vm';
import type { Answers } from './answers.js';
import type { WarmUp } from './warmUp.js';

type RunInThisContext = typeof vm.runInThisContext;

/** As Vitest's evaluator gets it: the object behind `import vm from 'node:vm'`. */
const nodeVm = createRequire(import.meta.url)('node:vm') as {
  runInThisContext: RunInThisContext;
  readonly Script: typeof vm.Script;
};

const name = 'precompile';

/** V8 drops what it compiled once nobody holds it. */
const kept: vm.Script[] = [];

/** Functions too, which V8 otherwise leaves until they are called: in each child again. */
function compileWhole(source: string, options?: vm.RunningScriptOptions | string): vm.Script {
  setFlagsFromString('--no-lazy');
  try {
    return new nodeVm.Script(source, options);
  } finally {
    setFlagsFromString('--lazy');
  }
}

/**
 * Lets Vitest fetch and compile the transformed modules of an earlier run, while none is executed:
 * children find them in V8's cache. The runtime must run a file with isolation afterwards, to
 * forget that it "evaluated" them.
 */
export async function precompile(warmUp: WarmUp, answers: Answers): Promise<void> {
  const modules = answers.modules();
  if (modules.size === 0) return;
  const imports = [...modules.keys()].map(
    (url) => `await __vite_ssr_import__(${JSON.stringify(url)}).catch(() => {});`,
  );
  const code = `
const { test } = await __vite_ssr_import__("vitest", {"importedNames":["test"]});
test("imports", () => {});
${imports.join('\n')}
`;
  const run = nodeVm.runInThisContext;
  const compileOnly = (source: string, options?: vm.RunningScriptOptions | string): unknown => {
    const file = typeof options === 'object' ? options.filename : options;
    if (file?.includes(`__flakehound_${name}__`)) return run(source, options);
    kept.push(compileWhole(source, options));
    return async () => undefined;
  };
  nodeVm.runInThisContext = compileOnly as RunInThisContext;
  try {
    await warmUp.runFile(
      name,
      code,
      (call) => answers.find(call) ?? modules.get(String(call.a[0])),
    );
  } finally {
    nodeVm.runInThisContext = run;
  }
}
