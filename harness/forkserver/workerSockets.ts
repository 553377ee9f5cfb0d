import { createServer, type Server, type Socket } from 'node:net';

const helloBytes = 4;

/** A worker that has connected: its stream, paused, and what came behind its first word. */
export interface Connection {
  readonly socket: Socket;
  readonly rest: Buffer;
}

/**
 * The Unix socket on which forked workers report for work. A worker's first word is the number it
 * was forked under: 4 bytes, in the machine's own order.
 */
export class WorkerSockets {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #onConnection: (id: number, connection: Connection) => boolean;

  /** @param onConnection - says whether it takes the worker; others are cut off */
  constructor(onConnection: (id: number, connection: Connection) => boolean) {
    this.#onConnection = onConnection;
    this.#server = createServer((socket) => this.#greet(socket));
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => {
        this.#server.unref();
        resolve();
      });
    });
  }

  #greet(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    socket.on('error', () => undefined); // a worker that dies while greeting: its exit tells
    let held: Buffer = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      if (held.length < helloBytes) return;
      socket.off('data', read);
      socket.pause();
      const rest = held.subarray(helloBytes);
      if (!this.#onConnection(held.readUInt32LE(0), { socket, rest })) socket.destroy();
    };
    socket.on('data', read);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }
}
