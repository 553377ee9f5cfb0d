import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { addonPaths, loadAddon } from '../../../harness/forkserver/addon.js';
import type { TemplateReport } from '../../../harness/forkserver/protocol.js';
import type { Body, Ears, StartWriter } from './crew.js';

/** Starts writers as copies of one process. */
export interface WriterHost {
  readonly start: StartWriter;
  close(): Promise<void>;
}

/** So long the connection of a child that is dead already may still be on its way. */
const connectionLimitMs = 1_000;

/** What wait(2) gives for a process that was ended by SIGKILL. */
const killed = 9;

/**
 * A process that is forked for each writer, by the product's own fork server: that costs less than
 * half of what a new node does.
 *
 * @param script - the compiled template
 * @returns undefined where nothing can be forked
 */
export async function hostWriters(script: string): Promise<WriterHost | undefined> {
  const { addon } = loadAddon();
  if (addon === null || addon.whatIsMissing() !== '') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'fh-fork-'));
  const socketPath = join(folder, 's');
  const copies = new Copies();
  const server = createServer((socket) => copies.greet(socket));
  server.listen(socketPath);
  await once(server, 'listening');
  const addonPath = addonPaths().find((path) => existsSync(path))!;
  const args = ['--v8-pool-size=1', '--no-memory-reducer', script, addonPath, socketPath, folder];
  const template = spawn(process.execPath, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  // Opened as a pipe above, which is a socket both ways.
  const control = template.stdio[3] as Duplex;
  const gone = once(template, 'exit');
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: control }).on('line', (line) => {
      const report = JSON.parse(line) as TemplateReport;
      if (report.type === 'ready') resolve();
      else copies.take(report);
    });
    void gone.then(([code]) => reject(new Error(`the template of the writers ended with ${code}`)));
  });
  await ready;
  return {
    start: (writing, ears) => {
      const [id, copy] = copies.expect(ears);
      control.write(`${id} ${JSON.stringify(writing)}\n`);
      return copy;
    },
    async close() {
      control.end();
      await gone;
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All that live, by the number of their request. */
class Copies {
  readonly #copies = new Map<number, Copy>();
  #asked = 0;

  expect(ears: Ears): readonly [id: number, copy: Copy] {
    const id = ++this.#asked;
    const copy = new Copy(ears, () => this.#copies.delete(id));
    this.#copies.set(id, copy);
    return [id, copy];
  }

  /** A child says who it is in its first four bytes. */
  greet(socket: Socket): void {
    let head = Buffer.alloc(0);
    const greeting = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      if (head.length < 4) return;
      socket.off('data', greeting);
      this.#copies.get(head.readUInt32LE(0))?.connected(socket, head.subarray(4));
    };
    socket.on('data', greeting).on('error', () => undefined);
  }

  take(report: TemplateReport): void {
    if (report.type === 'forked') this.#copies.get(report.id)?.forked(report.pid);
    else if (report.type === 'refused') this.#copies.get(report.id)?.exited(report.errno);
    else if (report.type === 'exited') {
      const copy = [...this.#copies.values()].find(({ pid }) => pid === report.pid);
      copy?.exited(report.status);
    }
  }
}

/** One of them. It is gone when it has ended and all that it said was heard. */
class Copy implements Body {
  readonly gone: Promise<void>;
  pid: number | undefined;
  readonly #ears: Ears;
  #isKilled = false;
  #hasEnded = false;
  #isHeard = false;
  #socket: Socket | undefined;
  #leave: () => void = () => undefined;

  constructor(ears: Ears, forget: () => void) {
    this.#ears = ears;
    this.gone = new Promise((resolve) => {
      this.#leave = () => {
        forget();
        resolve();
      };
    });
  }

  kill(): void {
    this.#isKilled = true;
    // Before its number is known it waits; after its end the number may be another's.
    if (this.pid !== undefined && !this.#hasEnded) process.kill(this.pid, 'SIGKILL');
  }

  forked(pid: number): void {
    this.pid = pid;
    if (this.#isKilled) this.kill();
  }

  connected(socket: Socket, rest: Buffer): void {
    this.#socket = socket;
    this.#ears.text(rest.toString());
    socket.setEncoding('utf8').on('data', (text: string) => this.#ears.text(text));
    socket.once('close', () => {
      this.#isHeard = true;
      if (this.#hasEnded) this.#leave();
    });
  }

  exited(status: number): void {
    this.#hasEnded = true;
    if (!this.#isKilled || status !== killed) this.#ears.failed(`it ended with status ${status}`);
    if (this.#isHeard) this.#leave();
    else if (this.#socket === undefined) setTimeout(this.#leave, connectionLimitMs);
  }
}
