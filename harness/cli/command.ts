import type { Command } from 'commander';
import { FlakehoundError } from '../../src/index.js';
import type { ExitCode } from './exitCodes.js';
import type { Io } from './io.js';

/** What parsing may know of the world. */
export interface Where {
  /** Absolute. */
  readonly cwd: string;
  /** The whole command, as typed. */
  readonly typed: readonly string[];
  freshSeed(): number;
  freshHuntId(): string;
}

/** One subcommand: what may be typed, what it means, what it does. */
export interface CliCommand<Options> {
  readonly name: string;
  /** Declares arguments, options and help. */
  define(command: Command): void;
  /**
   * Merges what was typed and the defaults into complete options.
   *
   * @throws FlakehoundError `USAGE_*`
   */
  resolve(parsed: Command, where: Where): Options;
  execute(options: Options, io: Io): Promise<ExitCode>;
}

/** An option which is readable by itself but not with the others. */
export function usageError(message: string, hint: string): FlakehoundError {
  return new FlakehoundError('USAGE_OPTION', message, { hint });
}
