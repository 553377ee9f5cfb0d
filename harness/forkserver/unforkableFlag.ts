import { resolve, sep } from 'node:path';

/** Options of Node which start a thread, run code or open a file once per process. */
const unforkable =
  /^(?:--(?:import|require|loader|experimental-loader|inspect(?:-[a-z-]+)?|cpu-prof|heap-prof|prof|perf-prof|permission|experimental-permission|watch|single-threaded|trace-event-categories|build-snapshot|test)|-r)(?:=|$)/;

/**
 * The first option that would mean something else in a copied process than in a fresh one; null
 * when there is none.
 *
 * @param ownFolder - of the user's Vitest: what it preloads itself only silences warnings
 */
export function unforkableFlag(
  execArgv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  ownFolder: string,
): string | null {
  const isOwn = (at: number) => resolve(execArgv[at + 1] ?? '/').startsWith(ownFolder + sep);
  const given = execArgv.filter((flag, at) => !(flag === '--require' && isOwn(at)));
  const inherited = (env.NODE_OPTIONS ?? '').split(/\s+/);
  const flag = [...given, ...inherited].find((each) => unforkable.test(each));
  if (flag !== undefined) return flag;
  return env.NODE_V8_COVERAGE ? 'NODE_V8_COVERAGE' : null;
}
