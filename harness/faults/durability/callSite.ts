import { fileURLToPath } from 'node:url';

/** Where a call came from; read only when it is to be shown. */
export interface CallSite {
  /** `path:line:column`, or undefined when no frame outside flakehound and Node was found. */
  readonly text: string | undefined;
}

const ownFolder = fileURLToPath(new URL('../..', import.meta.url));
const framesLooked = 40;

/** Notes the stack of whoever calls now; cheap, since it is turned into text only when read. */
export function captureCallSite(): CallSite {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = framesLooked;
  Error.captureStackTrace(holder, captureCallSite);
  Error.stackTraceLimit = limit;
  return {
    get text() {
      return callerIn(holder.stack ?? '');
    },
  };
}

/** The first frame of a stack that is neither flakehound's own nor Node's. */
function callerIn(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const place = /(?:\(|at (?:async )?)((?:file:\/\/)?[^\s()]+:\d+:\d+)\)?$/.exec(line)?.[1];
    if (place === undefined || place.startsWith('node:')) continue;
    const path = place.startsWith('file://') ? pathOfUrl(place) : place;
    if (!path.startsWith(ownFolder)) return path;
  }
  return undefined;
}

function pathOfUrl(place: string): string {
  const [, url = '', position = ''] = /^(.*?)(:\d+:\d+)$/.exec(place) ?? [];
  return fileURLToPath(url) + position;
}
