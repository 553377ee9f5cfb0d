import { FlakehoundError } from '../../../src/index.js';
import { findVitest } from '../findVitest.js';
import { aliveMs, type FromHost, type HostError, type ToHost } from '../hostProtocol.js';
import { failureDetail } from './failures.js';
import { Host } from './host.js';
import { endLeftovers, findDescendants } from './leftovers.js';

/** Entry of the process that hosts the user's Vitest: messages in, events out. */
const send = (message: FromHost): void => {
  // A hunt that is gone can't be told anything; 'disconnect' says the rest.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
};

/** Exit code of a host that gave its Vitest up: EX_TEMPFAIL of sysexits. */
const gaveUp = 75;

const quit = (): void => {
  const exit = () => process.exit(gaveUp);
  // Behind everything else on the channel; a hunt that does not read must not keep us.
  process.send?.({ type: 'alive' } satisfies FromHost, undefined, undefined, exit);
  setTimeout(exit, 5_000);
};

/** From this the hunt knows that we can still hear it, whatever the suite's own code does. */
setInterval(() => send({ type: 'alive' }), aliveMs).unref();

let host: Host | null = null;

async function handle(message: ToHost): Promise<void> {
  switch (message.type) {
    case 'open': {
      const found = findVitest(message.options.root);
      host = await Host.open(message.options, found, message.scratch, { send, quit });
      send({ type: 'opened', selection: host.selection });
      return;
    }
    case 'run':
      await host?.run(message.plan);
      return;
    case 'abort':
      host?.abort();
      return;
    case 'close':
      await host?.close();
      send({ type: 'closed' });
      process.exit(0);
  }
}

function toHostError(error: unknown): HostError {
  if (error instanceof FlakehoundError) {
    const { code, message, hint, stack } = error;
    return { code, message, hint, stack: stack ?? '' };
  }
  const e = error instanceof Error ? error : new Error(String(error));
  return { code: null, message: e.message, hint: '', stack: e.stack ?? '' };
}

/** Whatever ends this process, all that it started ends with it. */
process.on('exit', () => endLeftovers(findDescendants(process.pid)));

process.on('message', (message: ToHost) => {
  handle(message).catch((error: unknown) => send({ type: 'failed', error: toHostError(error) }));
});
// The hunt is gone, perhaps killed: nothing of ours may outlive it.
process.on('disconnect', () => process.exit(1));
// A plugin of the suite, or Vitest itself, may throw outside of any call of ours: a fact of the run.
process.on('uncaughtException', (error) => host?.raise(failureDetail(error, host.root)));
process.on('unhandledRejection', (error) => host?.raise(failureDetail(error, host.root)));
