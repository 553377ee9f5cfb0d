export interface Job {
  /** 0..1 */
  readonly progress: number;
}

export type Jobs = Readonly<Record<string, Job>>;

export const queued: Job = { progress: 0 };
