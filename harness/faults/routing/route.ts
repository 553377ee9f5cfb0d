import type { FileSystem } from '../fileSystem/createFileSystem.js';
import type { Mount } from './mount.js';

/** Where one async context's calls of `node:fs` go until the route ends. */
export class Route {
  /** The route that this one hides in its context. */
  readonly outer: Route | undefined;
  readonly mount: Mount | undefined;
  private target: FileSystem | undefined;

  constructor(target: FileSystem, how: { outer: Route | undefined; mount: Mount | undefined }) {
    this.target = target;
    this.outer = how.outer;
    this.mount = how.mount;
  }

  /** Undefined once the route has ended: contexts may carry it for longer. */
  get fileSystem(): FileSystem | undefined {
    return this.target;
  }

  end(): void {
    this.target = undefined;
  }
}
