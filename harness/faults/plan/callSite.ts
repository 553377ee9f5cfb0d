import type { CompositeName, Operation } from '../interceptor.js';
import { isNodeFile, isOwnFile } from './ownFrames.js';

/** Where the user's code called, found only when asked. */
export interface CallSite {
  /** `functionName (file:line:column)`, or undefined where only Node and we were on the stack. */
  readonly text: string | undefined;
}

const mostFrames = 30;

/** Notes the stack as it stands, without putting it into words. */
export function captureCallSite(): CallSite {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = mostFrames;
  Error.captureStackTrace(holder, captureCallSite);
  Error.stackTraceLimit = limit;
  return new LazyCallSite(holder);
}

class LazyCallSite implements CallSite {
  private holder: { stack?: string } | undefined;
  private found: string | undefined;

  constructor(holder: { stack?: string }) {
    this.holder = holder;
  }

  get text(): string | undefined {
    if (this.holder !== undefined) {
      this.found = userFrame(String(this.holder.stack));
      this.holder = undefined;
    }
    return this.found;
  }
}

function userFrame(stack: string): string | undefined {
  for (const line of stack.split('\n')) {
    const frame = /^\s*at (?:async )?(.*)$/.exec(line)?.[1];
    const file = frame === undefined ? undefined : fileOf(frame);
    if (frame !== undefined && file !== undefined && !isNodeFile(file) && !isOwnFile(file)) {
      return frame;
    }
  }
  return undefined;
}

/** The file of `name (file:1:2)` or `file:1:2`. */
function fileOf(frame: string): string | undefined {
  return /(?:\(|^)([^()]*?)(?::\d+){1,2}\)?$/.exec(frame)?.[1];
}

/**
 * Call sites of operations that happen when the user's code is no longer on the stack: the later
 * primitives of a composite call by callback, or of a stream. They take that of the composite's
 * earlier primitive on the same descriptor or above the same path.
 */
export class CallSites {
  private readonly opened = new Map<number, CallSite>();
  private readonly last = new Map<CompositeName, { path: string | undefined; site: KnownSites }>();

  /** The site of an operation about to happen. */
  of(operation: Operation): CallSite {
    const here = captureCallSite();
    const { within, fd, path } = operation;
    if (operation.form === 'sync') return here;
    const opened = fd === undefined ? undefined : this.opened.get(fd);
    if (within === undefined || fd !== undefined) return new KnownSites(here, opened);
    const earlier = this.last.get(within);
    const isPart = earlier !== undefined && path?.startsWith(earlier.path ?? '\0') === true;
    const site = new KnownSites(here, isPart ? earlier.site : undefined);
    if (!isPart || path === earlier.path) this.last.set(within, { path, site });
    return site;
  }

  /** Remembers who opened a descriptor. */
  noteOpened(fd: number, site: CallSite): void {
    this.opened.set(fd, site);
  }

  /** Forgets it again. */
  noteClosed(fd: number): void {
    this.opened.delete(fd);
  }
}

/** The first known of a few sites, so that no chain of calls keeps all its stacks alive. */
class KnownSites implements CallSite {
  private readonly sites: readonly CallSite[];

  constructor(here: CallSite, earlier: CallSite | undefined) {
    const others = earlier instanceof KnownSites ? earlier.sites : earlier ? [earlier] : [];
    this.sites = [here, ...others].slice(0, 3);
  }

  get text(): string | undefined {
    return this.sites.find((site) => site.text !== undefined)?.text;
  }
}
