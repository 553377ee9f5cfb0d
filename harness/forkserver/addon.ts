import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Our native addon: what JavaScript cannot do to its own process. See native/zygote.cc. */
export interface Addon {
  /** Why forking can't work in this Node, in words; '' when it can. */
  whatIsMissing(): string;
  /** Sends V8's background work to threads that a forked child can start anew. */
  takeOver(): boolean;
  /**
   * Forks a child for every request on the control socket, for ever; returns in each child.
   *
   * @param channel - descriptor of the process' own message channel; in a child, a connection to
   *   `socketPath` takes its place
   * @returns the payload of the request
   */
  serve(control: number, channel: number, socketPath: string): string;
  /**
   * Finds V8's source of random numbers; false when it can't.
   *
   * @param draw - takes one from it
   */
  findRandomness(draw: () => void): boolean;
  /** Gives that source a new state. */
  reseed(seed: number): void;
  /** Finds where Node keeps the time this process started; false when it can't. */
  findClock(timeOriginUs: number, nowMs: number): boolean;
  /** Moves that time, so that the process is `ageMs` old. */
  rebaseClock(ageMs: number): void;
  /** The kernel's answer; `process.pid` is a copy made at start. */
  processId(): number;
  /** The kernel ends this process when its parent ends; false when that parent is gone already. */
  dieWithParent(parent: number): boolean;
  leaveProcessGroup(): boolean;
  /** Orphans below this process become its children: what tests leave running can be found. */
  becomeSubreaper(): boolean;
  /** Takes the exit status of an ended child, so that its number is free; false when there is none. */
  reap(pid: number): boolean;
}

export type LoadedAddon =
  | { readonly addon: Addon }
  | { readonly addon: null; readonly why: string };

let loaded: LoadedAddon | undefined;

/** The addon, from the package's prebuilt binaries or as compiled at install. */
export function loadAddon(): LoadedAddon {
  loaded ??= load();
  return loaded;
}

function load(): LoadedAddon {
  if (process.platform !== 'linux')
    return { addon: null, why: `no fork server on ${process.platform}` };
  const places = addonPaths().filter((path) => existsSync(path));
  let why = `no native addon for ${process.platform}-${process.arch} in this package`;
  for (const path of places) {
    try {
      // Not require: it would leave a trace in the module cache that tests can see.
      const module: { exports: unknown } = { exports: {} };
      process.dlopen(module, path);
      // Our own binary: its exports are what zygote.cc registers.
      return { addon: module.exports as Addon };
    } catch (error) {
      why = `native addon: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return { addon: null, why };
}

/** Where the addon may be. Compiled here first: whoever compiled it had a reason. */
export function addonPaths(): readonly string[] {
  const native = join(packageRoot(), 'harness', 'forkserver', 'native');
  return [
    join(native, 'build', 'Release', 'zygote.node'),
    join(native, 'prebuilds', `${process.platform}-${process.arch}.node`),
  ];
}

/** Where our package.json lies, seen from the sources as well as from dist. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
