import { EventEmitter, once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

/** Makes a thumbnail in the background, as a service would: start it, then ask for it. */
export class Thumbnails {
  readonly #ready = new Set<string>();
  readonly #events = new EventEmitter();

  start(name: string): void {
    void setTimeout(40).then(() => {
      this.#ready.add(name);
      this.#events.emit(name);
    });
  }

  isReady(name: string): boolean {
    return this.#ready.has(name);
  }

  async ready(name: string): Promise<void> {
    if (!this.#ready.has(name)) await once(this.#events, name);
  }
}
