import { AsyncLocalStorage } from 'node:async_hooks';
import { FlakehoundError } from '../../../src/index.js';
import type { FileSystem } from '../fileSystem/createFileSystem.js';
import type { Routes } from './dispatcher.js';
import { Mount } from './mount.js';
import { refuseForeignOwners } from './ownership.js';
import { applyPatches, type Patch, undoPatches } from './patches.js';
import { Route } from './route.js';

/** Limits of a route. */
export interface RouteOptions {
  /** Only paths at or below this directory, and descriptors opened so; all when absent. */
  readonly under?: string;
}

/** The dispatchers of this thread and who needs them; one, though flakehound be loaded twice. */
interface Router {
  readonly contexts: AsyncLocalStorage<Route | undefined>;
  readonly routes: Routes;
  /** While empty, `node:fs` is untouched. */
  patches: readonly Patch[];
  /** Who needs the dispatchers. */
  installs: number;
  /** Who needs contexts to be carried along. */
  carries: number;
}

const registered = Symbol.for('flakehound.router.1');

/**
 * Puts idle dispatchers in place of the functions of `node:fs`, for all its names and forms of
 * import. The last holder to leave restores everything.
 *
 * @returns ends this hold; it throws FlakehoundError `FAULTS_FS_OVERWRITTEN` when somebody has
 *   replaced a dispatcher meanwhile, after having restored all others
 * @throws FlakehoundError `FAULTS_FS_OWNED` when a mock stands in for `node:fs` already
 */
export function installRouter(): Disposable {
  const router = sharedRouter();
  refuseForeignOwners(router.installs > 0);
  if (router.installs === 0) router.patches = applyPatches(router.routes);
  router.installs++;
  return once(() => uninstall(router));
}

/**
 * Has contexts carried along from now on. Node before 24 tells a context from its neighbours only
 * by promises made after this call: so make it at least one `await` before the route, lest other
 * tests under way be routed too.
 *
 * @returns ends this hold; while nobody holds, contexts cost nothing
 */
export function prepareRoutes(): Disposable {
  const router = sharedRouter();
  if (router.carries === 0) router.contexts.enterWith(undefined);
  router.carries++;
  return once(() => {
    router.carries--;
    if (router.carries === 0) router.contexts.disable();
    forgetUnused(router);
  });
}

/**
 * Sends the calls of `node:fs` that this async context makes from now on, its awaits, timers and
 * callbacks included, to a file system. Other contexts are left alone.
 *
 * @returns ends the route, for whoever may still carry its context, too
 * @throws FlakehoundError as {@link installRouter}
 */
export function route(fileSystem: FileSystem, options: RouteOptions = {}): Disposable {
  const installed = installRouter();
  const prepared = prepareRoutes();
  const { contexts, routes } = sharedRouter();
  const mount = options.under === undefined ? undefined : new Mount(options.under);
  const entered = new Route(fileSystem, { outer: routes.current(), mount });
  routes.active++;
  contexts.enterWith(entered);
  return once(() => {
    entered.end();
    routes.active--;
    prepared[Symbol.dispose]();
    installed[Symbol.dispose]();
  });
}

function sharedRouter(): Router {
  const found = Reflect.get(process, registered) as Router | undefined;
  if (found !== undefined) return found;
  const contexts = new AsyncLocalStorage<Route | undefined>();
  const routes: Routes = { active: 0, current: () => innermost(contexts.getStore()) };
  const router: Router = { contexts, routes, patches: [], installs: 0, carries: 0 };
  Object.defineProperty(process, registered, { value: router, configurable: true });
  return router;
}

function innermost(carried: Route | undefined): Route | undefined {
  let at = carried;
  while (at !== undefined && at.fileSystem === undefined) at = at.outer;
  return at;
}

function uninstall(router: Router): void {
  router.installs--;
  if (router.installs > 0) return;
  const foreign = undoPatches(router.patches).map(({ name }) => name);
  router.patches = [];
  forgetUnused(router);
  if (foreign.length === 0) return;
  throw new FlakehoundError(
    'FAULTS_FS_OVERWRITTEN',
    `${foreign.join(', ')} was replaced while node:fs was routed, and has been left as it is`,
    { hint: 'restore such a mock before the route ends, and begin it after the route' },
  );
}

function forgetUnused(router: Router): void {
  if (router.installs === 0 && router.carries === 0) Reflect.deleteProperty(process, registered);
}

/** Disposing twice is no error. */
function once(end: () => void): Disposable {
  let isOver = false;
  return {
    [Symbol.dispose]() {
      if (isOver) return;
      isOver = true;
      end();
    },
  };
}
