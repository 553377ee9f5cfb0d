/** Names one process of one boot of one machine, also after its pid was given to another. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the platform's own words; empty where the platform doesn't tell. */
  readonly startedAt: string;
  /** Empty where the platform doesn't tell. */
  readonly bootId: string;
  /** Host and container: processes with the same `place` and `bootId` see each other's pids. */
  readonly place?: string;
}

export interface Processes {
  self(): ProcessIdentity;
  /** `unknown` where the platform doesn't let us see. */
  state(of: ProcessIdentity): 'alive' | 'dead' | 'unknown';
}
