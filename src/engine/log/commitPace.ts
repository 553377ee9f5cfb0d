/** Lets those keep up with the event loop's own writers whose writes come from outside. */
export interface CommitPace {
  /** Whether there are such now: then a turn of the event loop is waited for before each group. */
  readonly isShared: boolean;
  /**
   * Asked before a group is closed. When it answers true it calls `commit` in a later turn of the
   * event loop, whatever happens until then.
   */
  holds(commit: () => void): boolean;
}
