import { Command, CommanderError } from 'commander';
import { FlakehoundError } from '../../src/index.js';
import { type CliCommand, usageError, type Where } from './command.js';
import { compareCommand } from './commands/compare.js';
import { doctorCommand } from './commands/doctor.js';
import { historyCommand } from './commands/history.js';
import { huntCommand } from './commands/hunt.js';
import { mergeCommand } from './commands/merge.js';
import { reportCommand } from './commands/report.js';
import { storeCommand } from './commands/store.js';
import { errorText } from './errorText.js';
import { ExitCode, exitCodeOf } from './exitCodes.js';
import type { Io } from './io.js';

/** What was typed, understood. */
export type Parsed =
  | { readonly kind: 'execute'; readonly execute: (io: Io) => Promise<ExitCode> }
  /** Help or the version, as asked for. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'usage'; readonly error: FlakehoundError };

interface Row {
  readonly name: string;
  /** Adds the subcommand to the program; `choose` is told what to execute. */
  add(program: Command, where: Where, choose: (parsed: Parsed) => void): void;
}

const rows: readonly Row[] = [
  row(huntCommand),
  row(mergeCommand),
  row(reportCommand),
  row(historyCommand),
  row(compareCommand),
  row(storeCommand),
  row(doctorCommand),
];

function row<Options>(command: CliCommand<Options>): Row {
  return {
    name: command.name,
    add(program, where, choose) {
      const parsed = program.command(command.name);
      command.define(parsed);
      parsed.action(() => {
        const options = command.resolve(parsed, where);
        choose({ kind: 'execute', execute: (io) => command.execute(options, io) });
      });
    },
  };
}

/** What parsing needs besides the words. */
export interface ParseHow {
  readonly version: string;
  readonly columns: number;
  readonly where: Where;
}

/**
 * Understands a command line, strictly, and executes nothing.
 *
 * @param argv - without Node and the script
 */
export function parseCli(argv: readonly string[], how: ParseHow): Parsed {
  let chosen: Parsed | null = null;
  let text = '';
  const program = new Command('flakehound')
    .description('finds, counts and explains flaky Vitest tests')
    .version(how.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureOutput({
      writeOut: (more) => {
        text += more;
      },
      writeErr: () => undefined,
      getOutHelpWidth: () => how.columns,
      getErrHelpWidth: () => how.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const { add } of rows) {
    add(program, how.where, (parsed) => {
      chosen = parsed;
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof FlakehoundError) return { kind: 'usage', error };
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    return { kind: 'usage', error: wordUsage(error, argv) };
  }
  return chosen ?? { kind: 'text', text };
}

function wordUsage(error: CommanderError, argv: readonly string[]): FlakehoundError {
  const [name = ''] = argv;
  const known = rows.some((one) => one.name === name);
  const hint = `${known ? `flakehound ${name}` : 'flakehound'} --help shows what may be typed`;
  if (error.code === 'commander.help') {
    const names = rows.map((one) => one.name).join(', ');
    return usageError(`no command was given: expected one of ${names}`, hint);
  }
  const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return usageError(message, hint);
}

/** Carries out a command line; every error ends here, worded and with its exit code. */
export async function runCli(
  argv: readonly string[],
  { version, io }: { readonly version: string; readonly io: Io },
): Promise<ExitCode> {
  try {
    const where: Where = {
      cwd: io.cwd,
      typed: ['flakehound', ...argv],
      freshSeed: io.freshSeed,
      freshHuntId: io.freshHuntId,
    };
    const parsed = parseCli(argv, { version, columns: io.out.columns, where });
    switch (parsed.kind) {
      case 'text':
        await io.out.write(parsed.text);
        return ExitCode.clean;
      case 'usage':
        throw parsed.error;
      case 'execute':
        return await parsed.execute(io);
    }
  } catch (error) {
    await io.err.write(errorText(error, io.err));
    return exitCodeOf(error);
  }
}
