import type { CompositeName, Interceptor, Operation } from '../interceptor.js';
import type { AsyncPrimitives, Backend, PrimitiveName, Primitives } from '../primitives.js';
import { Descriptors } from './descriptors.js';
import { pathText, shapes } from './syscalls.js';

/** A primitive with an asynchronous form: all but watch. */
export type AsyncName = keyof AsyncPrimitives;

/** How an operation came about. */
export interface Origin {
  readonly form: Operation['form'];
  readonly within?: CompositeName;
}

type Args<Name extends PrimitiveName> = Parameters<Primitives[Name]>;
type Result<Name extends PrimitiveName> = ReturnType<Primitives[Name]>;
type AnySync = (...args: readonly unknown[]) => unknown;
type AnyAsync = (...args: readonly unknown[]) => Promise<unknown>;

/** The one door to the backend: every primitive passes here, and the interceptor sees it once. */
export class Gate {
  readonly backend: Backend;
  readonly descriptors = new Descriptors();
  private readonly interceptor: Interceptor;

  constructor(backend: Backend, interceptor: Interceptor) {
    this.backend = backend;
    this.interceptor = interceptor;
  }

  /** @throws what the interceptor or the backend throws */
  sync<Name extends PrimitiveName>(
    name: Name,
    args: Args<Name>,
    within?: CompositeName,
  ): Result<Name> {
    const origin: Origin = within === undefined ? { form: 'sync' } : { form: 'sync', within };
    const operation = this.describe(name, args, origin);
    const primitive = this.backend.sync[name] as AnySync;
    const result = this.interceptor.sync(operation, (given = args) => {
      if (name === 'close') this.descriptors.closed(operation.fd as number);
      return primitive(...given);
    }) as Result<Name>;
    if (name === 'open') this.noteOpened(operation, result);
    return result;
  }

  /** Rejects with what the interceptor or the backend throws. */
  async async<Name extends AsyncName>(
    name: Name,
    args: Args<Name>,
    origin: Origin,
  ): Promise<Result<Name>> {
    const operation = this.describe(name, args, origin);
    const primitive = this.backend.async[name] as AnyAsync;
    const result = (await this.interceptor.async(operation, (given = args) => {
      // Before the call: once it is closed, another open may get the same number.
      if (name === 'close') this.descriptors.closed(operation.fd as number);
      return primitive(...given);
    })) as Result<Name>;
    if (name === 'open') this.noteOpened(operation, result);
    return result;
  }

  private noteOpened(operation: Operation, fd: unknown): void {
    if (operation.path !== undefined) this.descriptors.opened(fd as number, operation.path);
  }

  private describe(name: PrimitiveName, args: readonly unknown[], origin: Origin): Operation {
    const { syscall, subject } = shapes[name];
    const path = this.pathOf(subject, args);
    const dest = subject === 'pathDest' || subject === 'targetPath' ? pathText(args[1]) : undefined;
    return {
      name,
      // Node's own realpath walks by lstat.
      syscall: name === 'realpath' && args[1] !== true ? 'lstat' : syscall,
      ...(path === undefined ? undefined : { path }),
      ...(dest === undefined ? undefined : { dest }),
      ...(subject === 'fd' ? { fd: args[0] as number } : undefined),
      ...(origin.within === undefined ? undefined : { within: origin.within }),
      form: origin.form,
      args,
    };
  }

  private pathOf(subject: string, args: readonly unknown[]): string | undefined {
    if (subject === 'fd') return this.descriptors.pathOf(args[0] as number);
    const text = pathText(args[0]);
    return subject === 'prefix' && text !== undefined ? `${text}XXXXXX` : text;
  }
}
