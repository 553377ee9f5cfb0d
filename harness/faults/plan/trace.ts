import { types } from 'node:util';
import type { CompositeName, Operation } from '../interceptor.js';
import type { PrimitiveName } from '../primitives.js';
import type { CallSite } from './callSite.js';
import { summarise } from './summarise.js';

/** One primitive as it happened. */
export interface TraceEntry {
  /** 1 for the plan's first operation. */
  readonly ordinal: number;
  readonly operation: PrimitiveName;
  /** The composite call that it was part of. */
  readonly within: CompositeName | undefined;
  readonly form: Operation['form'];
  readonly path: string | undefined;
  readonly dest: string | undefined;
  /** Bytes and objects named by kind and size, long texts cut. */
  readonly args: readonly unknown[];
  /** As `args`; undefined while it is under way, if it failed, or if it gives nothing. */
  readonly result: unknown;
  readonly error: Error | undefined;
  /** The effects that happened to it, as the rules are written. */
  readonly fault: string | undefined;
  /** `functionName (file:line:column)` of the user's code, where it can be told. */
  readonly callSite: string | undefined;
  /** On the plan's clock, in milliseconds. */
  readonly startedAt: number;
  /** Delays included; undefined while it is under way. */
  readonly durationMs: number | undefined;
}

/** An entry of the trace while its operation is under way. */
export class LiveEntry implements TraceEntry {
  readonly ordinal: number;
  readonly operation: PrimitiveName;
  readonly within: CompositeName | undefined;
  readonly form: Operation['form'];
  readonly path: string | undefined;
  readonly dest: string | undefined;
  readonly args: readonly unknown[];
  readonly startedAt: number;
  result: unknown;
  error: Error | undefined;
  fault: string | undefined;
  durationMs: number | undefined;
  private readonly site: CallSite;

  constructor(operation: Operation, at: { ordinal: number; startedAt: number; site: CallSite }) {
    this.ordinal = at.ordinal;
    this.startedAt = at.startedAt;
    this.site = at.site;
    this.operation = operation.name;
    this.within = operation.within;
    this.form = operation.form;
    this.path = operation.path;
    this.dest = operation.dest;
    this.args = operation.args.map(summarise);
  }

  get callSite(): string | undefined {
    return this.site.text;
  }

  /** Adds an effect to those that happened. */
  struck(effect: string): void {
    this.fault = this.fault === undefined ? effect : `${this.fault}, ${effect}`;
  }

  succeeded(result: unknown, now: number): void {
    this.result = summarise(result);
    this.durationMs = now - this.startedAt;
  }

  failed(error: unknown, now: number): void {
    this.error = types.isNativeError(error) ? error : new Error(String(error));
    this.durationMs = now - this.startedAt;
  }
}
