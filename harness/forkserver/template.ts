import { stat } from 'node:fs/promises';
import { loadAddon } from './addon.js';
import { recordFlight } from './flightSetup.js';
import { type ChildOrder, controlDescriptor, type TemplateOrder } from './protocol.js';
import { Answers } from './template/answers.js';
import { ForksRuntime } from './template/forksRuntime.js';
import { ForksRuntime3 } from './template/forksRuntime3.js';
import { assumeIdentity } from './template/identity.js';
import { plainError, report } from './template/messenger.js';
import { processFace } from './template/processFace.js';
import { becomeQuiet, collectGarbage } from './template/quiescence.js';
import { ShelteredRandom } from './template/randomness.js';
import type { Runtime } from './template/runtime.js';
import { lastingThreads, threads } from './template/surroundings.js';
import { tryExternals, urlOf } from './template/trial.js';

/** Vitest puts its guard in the place of process.exit. */
const { exit } = processFace;

/** Entry of the template process: gets ready, then forks; below `serve` we are in a child. */
async function main(): Promise<void> {
  const loaded = loadAddon();
  if (!loaded.addon) throw new Error(loaded.why);
  const { addon } = loaded;
  const order = await new Promise<TemplateOrder>((resolve) => process.once('message', resolve));
  if (!addon.dieWithParent(order.hostPid)) exit(1);
  // The terminal's signals are for the host, which ends us.
  addon.leaveProcessGroup();
  if (order.purpose === 'serve' && !addon.takeOver())
    throw new Error('fork server: this Node is built in an unknown way');
  const random = new ShelteredRandom();
  process.argv = [...order.argv];
  process.execArgv = [...order.execArgv];
  const channel = (process.channel as unknown as { readonly fd: number }).fd;

  const answers = new Answers(order.answers, order.major);
  const runtime: Runtime =
    order.major === 3
      ? await ForksRuntime3.load(order, answers)
      : await ForksRuntime.load(order, answers);
  await runtime.prepare();
  const externals = runtime.sharesEnvironment ? order.externals : [];
  await runtime.warmUp();
  if (order.purpose === 'trial') {
    report({ type: 'tried', rejected: await tryExternals(externals, order.distPath) });
    exit(0);
  }
  await importAhead(externals);
  await recordFlight(order.distPath, order.flightPath);
  collectGarbage();
  runtime.serve();
  await becomeQuiet();
  random.lift(addon);
  addon.findClock(Math.round(performance.timeOrigin * 1e3), performance.now());
  report({ type: 'ready' });
  const payload = addon.serve(controlDescriptor, channel, order.socketPath);
  const child = JSON.parse(payload) as ChildOrder;
  assumeIdentity(addon, random, order.hostPid, child);
  runtime.adopt(child);
}

/** @throws when one brings a thread along, which no child would have */
async function importAhead(externals: readonly string[]): Promise<void> {
  await stat('/'); // brings up the threads for files
  const before = threads();
  for (const external of externals) await import(urlOf(external));
  if ((await lastingThreads(before)) > before)
    throw new Error('fork server: a package has started a thread');
}

main().catch((error: unknown) => {
  report({ type: 'failed', error: plainError(error) });
  exit(1);
});
