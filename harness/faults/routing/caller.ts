import { isOwnFile, pathOfFrame } from '../plan/ownFrames.js';

const mostFrames = 16;

/** Node's own work: its file system's insides, the loading of modules, of source maps. */
const nodesOwn =
  /^node:(fs|module|repl|internal\/(fs|modules|source_map|main|bootstrap|process\/(?!task_queues)))\b/;
/** Wrappers that users put around functions: whoever calls these is the caller. */
const wrappers = /\/node_modules\/(@vitest\/spy|tinyspy|sinon|@sinonjs\/[^/]+)\//;
/** Test runners and loaders, which read and transform the code that the test is made of. */
const tools =
  /\/node_modules\/(vitest|vite|vite-node|@vitest\/[^/]+|tinypool|tsx|jiti|pirates|ts-node|@swc-node\/[^/]+)\//;

/**
 * Whether a call of a dispatcher is the test's, or its code's, and so to be routed; not that of
 * Node, of the test runner or of flakehound. Whoever cannot be told is taken for the test's.
 */
export function isUsersCall(dispatcher: (...args: never[]) => unknown): boolean {
  for (const file of filesAbove(dispatcher)) {
    if (file === undefined) continue;
    if (file.startsWith('node:')) {
      if (nodesOwn.test(file)) return false;
      continue;
    }
    const path = pathOfFrame(file);
    if (wrappers.test(path)) continue;
    return !tools.test(path) && !isOwnFile(path);
  }
  return true;
}

function filesAbove(dispatcher: (...args: never[]) => unknown): (string | undefined)[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: (string | undefined)[] } = {};
  try {
    Error.stackTraceLimit = mostFrames;
    Error.prepareStackTrace = (_error, sites) =>
      sites.map((site) => site.getFileName() ?? undefined);
    Error.captureStackTrace(holder, dispatcher);
    return holder.stack ?? [];
  } finally {
    // Never set before, it must not be there afterwards either.
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
