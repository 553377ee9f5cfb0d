/** A call of a worker's and the host's answer, as recorded in a plain run. */
export interface RecordedAnswer {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
}

/** A package that may not be imported ahead of the tests, because doing so can be told apart. */
export interface RejectedExternal {
  readonly path: string;
  readonly why: string;
}

/** Everything the template needs: its first and only message from the host. */
export interface TemplateOrder {
  readonly hostPid: number;
  readonly distPath: string;
  readonly major: 3 | 4 | 5;
  /** As an ordinary worker of this Vitest shows them to tests. */
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly start: unknown;
  readonly answers: readonly RecordedAnswer[];
  readonly externals: readonly string[];
  /** `trial`: only find out which externals must be rejected. */
  readonly purpose: 'serve' | 'trial';
  readonly flightPath: string;
  readonly socketPath: string;
}

/** What the template tells the host over the control socket, one JSON object a line. */
export type TemplateReport =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: PlainError }
  /** Next in the trial: the culprit if it ends the process. */
  | { readonly type: 'trying'; readonly path: string }
  | { readonly type: 'tried'; readonly rejected: readonly RejectedExternal[] }
  | { readonly type: 'forked'; readonly id: number; readonly pid: number }
  | { readonly type: 'refused'; readonly id: number; readonly errno: number }
  | {
      readonly type: 'exited';
      readonly pid: number;
      /** As wait(2) gives it. */
      readonly status: number;
      readonly userUs: number;
      readonly systemUs: number;
    };

export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** What a child is told, with the request to fork it. */
export interface ChildOrder {
  readonly poolId: number;
  readonly workerId: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Descriptor of the control socket in the template: the one after its message channel. */
export const controlDescriptor = 4;
