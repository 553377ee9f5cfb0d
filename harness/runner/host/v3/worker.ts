import { isMainThread, MessageChannel, parentPort, workerData } from 'node:worker_threads';

/**
 * Entry of a worker for Vitest 3.2, whose own pool hides its processes: carries out files with the
 * user's `dist/worker.js` and speaks the lifecycle messages that Vitest 4 and 5 use.
 */
interface WorkerModule {
  run(ctx: Record<string, unknown>): Promise<void>;
  teardown?(): Promise<void>;
}

interface Incoming {
  readonly type?: string;
  readonly context?: Record<string, unknown>;
  readonly t?: string;
}

// Vitest 3.2 asks tinypool for its number, and tinypool asks this.
const settings = (isMainThread ? JSON.parse(process.argv[2] ?? '{}') : workerData) as {
  workerJs: string;
  argv1: string;
  poolId: number;
};
Object.assign(process, {
  __tinypool_state__: {
    isTinypoolWorker: true,
    isWorkerThread: !isMainThread,
    ...(isMainThread ? { isChildProcess: true } : {}),
    workerData: null,
    workerId: settings.poolId,
  },
});
if (isMainThread) process.argv = [process.argv[0] ?? '', settings.argv1];

// Taken now: tests may replace them.
const processSend = process.send?.bind(process);
const say = (message: object): void => {
  const whole = { __vitest_worker_response__: true, __tinypool_worker_message__: true, ...message };
  if (parentPort) parentPort.postMessage(whole);
  else processSend?.(whole);
};

const vitest = (await import(settings.workerJs)) as WorkerModule;
let running: Promise<void> = Promise.resolve();
// In a thread the calls go through a port of their own, as Vitest 3.2 expects.
let port: MessageChannel | null = null;

async function run(context: Record<string, unknown>): Promise<void> {
  const ctx = { ...context };
  if (parentPort) {
    port?.port1.close();
    port = new MessageChannel();
    const { port1, port2 } = port;
    port1.on('message', (message) => parentPort?.postMessage(message));
    port1.unref();
    ctx.port = port2;
  }
  try {
    await vitest.run(ctx);
    say({ type: 'testfileFinished' });
  } catch (error) {
    say({ type: 'testfileFinished', error: plain(error) });
  }
}

const plain = (error: unknown) =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: 'Error', message: String(error) };

async function stop(): Promise<void> {
  await running;
  try {
    await vitest.teardown?.();
    say({ type: 'stopped' });
  } catch (error) {
    say({ type: 'stopped', error: plain(error) });
  }
}

function receive(message: Incoming): void {
  if (message?.type === 'run' && message.context) running = run(message.context);
  else if (message?.type === 'stop') void stop();
  else if (message?.t && port) port.port1.postMessage(message);
}

if (parentPort) parentPort.on('message', receive);
else {
  process.on('message', (message: Incoming & { __tinypool_worker_message__?: true }) => {
    // Answers to calls come serialised, for Vitest's own listener.
    if (message?.__tinypool_worker_message__) receive(message);
  });
}
say({ type: 'started' });
