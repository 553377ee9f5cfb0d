import { FlakehoundError } from '../../../src/index.js';
import type { Selection, SuiteOptions } from '../../runner/executor.js';
import type { CliCommand } from '../command.js';
import { type Check, checksOfError, checksOfSelection, renderChecks } from '../doctorChecks.js';
import { ExitCode } from '../exitCodes.js';
import type { Io } from '../io.js';
import { defineSuiteOptions, type RawSuiteOptions, resolveSuiteOptions } from '../suiteOptions.js';

/** Checks the repo and the machine, and says what a hunt would do. */
export const doctorCommand: CliCommand<SuiteOptions> = {
  name: 'doctor',

  define(command) {
    command.description('check the repo and the machine, and say what a hunt would do');
    defineSuiteOptions(command);
    command.addHelpText(
      'after',
      '\nOpens the suite as a hunt would, runs no test and writes nothing.' +
        '\nExits with 0 when a hunt can start, and with 3 when something stands in the way.',
    );
  },

  resolve(parsed, { cwd }) {
    return resolveSuiteOptions(parsed.opts<RawSuiteOptions>(), parsed.args, cwd);
  },

  async execute(options, io) {
    const opened = await openAndClose(options, io);
    if (opened.kind === 'interrupted') return ExitCode.interrupted;
    const place = { root: options.root, node: io.node };
    const checks: readonly Check[] =
      opened.kind === 'opened'
        ? checksOfSelection(opened.selection, place)
        : checksOfError(opened.error, place);
    await io.out.write(renderChecks(checks, io.out));
    return opened.kind === 'opened' ? ExitCode.clean : ExitCode.environment;
  },
};

type Opened =
  | { readonly kind: 'opened'; readonly selection: Selection }
  | { readonly kind: 'failed'; readonly error: FlakehoundError }
  | { readonly kind: 'interrupted' };

async function openAndClose(options: SuiteOptions, io: Io): Promise<Opened> {
  const executor = io.createExecutor(options);
  const forget = io.onKill(() => executor.kill?.());
  // Closing is the way out of an opening that takes too long.
  const onAbort = (): void => void executor.close();
  io.signal.addEventListener('abort', onAbort, { once: true });
  try {
    return { kind: 'opened', selection: await executor.open() };
  } catch (error) {
    if (io.signal.aborted) return { kind: 'interrupted' };
    if (error instanceof FlakehoundError) return { kind: 'failed', error };
    throw error;
  } finally {
    io.signal.removeEventListener('abort', onAbort);
    await executor.close();
    forget();
  }
}
