import type { Channel } from '../../ports/channels.js';
import type { Clock } from '../../ports/clock.js';
import type { Millis } from '../../units.js';
import { Guest, type ServedStore } from './guest.js';
import { GuestPace } from './guestPace.js';

/**
 * The owner's side: takes guests in from before the claim, and serves them from `serve` on. What
 * several guests send in one turn reaches the store in that turn, so their writes share a commit.
 */
export class GuestDesk {
  /** What the store's log is to keep. */
  readonly pace: GuestPace;
  private readonly clock: Clock;
  private readonly guests = new Set<Guest>();
  private served: ServedStore | undefined;
  private isClosing = false;

  constructor(clock: Clock) {
    this.clock = clock;
    this.pace = new GuestPace(clock);
  }

  /** Takes a guest in. */
  accept(channel: Channel): void {
    const guest = new Guest(channel, this.pace.enter());
    this.guests.add(guest);
    if (this.served !== undefined) guest.serve(this.served);
    if (this.isClosing) guest.refuse();
    channel.onClose(() => {
      this.guests.delete(guest);
      guest.leave();
    });
  }

  /** Begins to answer, first of all what was asked already. */
  serve(served: ServedStore): void {
    this.served = served;
    for (const guest of this.guests) guest.serve(served);
  }

  /**
   * Refuses new calls from now on; resolves when those under way are answered, and every guest has
   * said that it sends no more. Then none of them is left in doubt over a call that crossed the
   * farewell. A guest that is stopped is waited for so long and no longer.
   */
  async close(): Promise<void> {
    this.isClosing = true;
    this.pace.end();
    if (this.guests.size === 0) return;
    await new Promise<void>((resolve) => {
      // Taken back when all have answered: a timer would keep the process.
      const cancel = this.clock.after(longestFarewell, resolve);
      const all = Promise.allSettled([...this.guests].map((guest) => guest.refuse()));
      void all.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

const longestFarewell: Millis = 1000;
