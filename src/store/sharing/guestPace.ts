import type { CommitPace } from '../../engine/log/commitPace.js';
import type { Clock } from '../../ports/clock.js';
import type { Millis } from '../../units.js';

/** A guest that takes longer than this to go on is left behind. */
const patience: Millis = 1;

/** Guests that said nothing for so long are left out of account. */
const memory: Millis = 50;

/**
 * Lets guests keep up with their owner. The owner's writers learn that a group is durable within
 * the process, and would have the next one closed before any guest could have gone on: half of the
 * groups would be theirs alone. So a group waits for the next writes of those guests that are about
 * to make some, and everybody writes once in each group.
 *
 * Only who goes on at once is waited for: a guest says with its messages how many of its writes it
 * knows to be answered, and whether it made others in the same turn of its event loop. If it did,
 * it owes the owner as much after the next answers, and says so when it stops. What it takes to say
 * so is processor time alone, never the time for which its callers think; who takes longer than
 * `patience` nevertheless is left behind until it is quick again.
 */
export class GuestPace implements CommitPace {
  private readonly clock: Clock;
  private readonly awaited = new Set<PacedGuest>();
  private held: (() => void) | undefined;
  private heldSince: Millis = 0;
  private isTimed = false;
  private isOver = false;
  private spokenAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get isShared(): boolean {
    return this.clock.elapsed() - this.spokenAt < memory;
  }

  /** Takes a guest in. */
  enter(): PacedGuest {
    return new PacedGuest(this, this.clock);
  }

  holds(commit: () => void): boolean {
    if (this.awaited.size === 0 || this.isOver) return false;
    this.held = commit;
    this.heldSince = this.clock.elapsed();
    if (!this.isTimed) this.watch(patience);
    return true;
  }

  /** Holds nothing any more. */
  end(): void {
    this.isOver = true;
    this.awaited.clear();
    this.release();
  }

  /** For the guests: one of them spoke. */
  speak(): void {
    this.spokenAt = this.clock.elapsed();
  }

  /** For the guests: one that owes its next writes. */
  expect(guest: PacedGuest): void {
    this.awaited.add(guest);
  }

  /** For the guests: one that owes nothing any more. */
  dismiss(guest: PacedGuest): void {
    if (this.awaited.delete(guest) && this.awaited.size === 0) this.release();
  }

  /** In a later turn, so that what else has come in by now is part of the group. */
  private release(): void {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) this.clock.soon(held);
  }

  /** One timer, which is there as long as groups are held: one for each would cost as much as a write. */
  private watch(time: Millis): void {
    this.isTimed = true;
    this.clock.after(time, () => {
      this.isTimed = false;
      if (this.held === undefined) return;
      const left = this.heldSince + patience - this.clock.elapsed();
      if (left > 0) {
        this.watch(left);
        return;
      }
      for (const guest of this.awaited) guest.leaveBehind();
      this.awaited.clear();
      this.release();
    });
  }
}

/** What the pace knows of one guest. */
export class PacedGuest {
  private readonly pace: GuestPace;
  private readonly clock: Clock;
  /** Writes that were answered. */
  private answered = 0;
  /** Of these, what the guest knew of when it spoke last. */
  private known = 0;
  private goesOn = false;
  private isSlow = false;
  private owesSince: Millis = 0;

  constructor(pace: GuestPace, clock: Clock) {
    this.pace = pace;
    this.clock = clock;
  }

  /** It sent a message. */
  speak(): void {
    this.pace.speak();
  }

  /** One of its writes is answered. */
  answer(): void {
    if (this.answered++ === this.known) {
      this.owesSince = this.clock.elapsed();
      if (this.goesOn && !this.isSlow) this.pace.expect(this);
    }
  }

  /** It said how it goes on, and its writes are in the open group. */
  hear(known: number, goesOn: boolean): void {
    this.known = known;
    this.goesOn = goesOn;
    if (known === this.answered) {
      this.isSlow = this.clock.elapsed() - this.owesSince > patience;
      this.pace.dismiss(this);
    }
  }

  /** It speaks no more. */
  leave(): void {
    this.goesOn = false;
    this.pace.dismiss(this);
  }

  /** For the pace. */
  leaveBehind(): void {
    this.isSlow = true;
  }
}
