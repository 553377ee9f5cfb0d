import { randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Channel, Channels, Listener } from '../ports/channels.js';
import type { Bytes, Millis } from '../units.js';
import { frameReader } from './frameReader.js';

/** A message may be this long; a peer that sends a longer one is cut off. */
export const longestMessage: Bytes = 64 * 1024 * 1024;

/** Up to this a message is copied behind its length: that costs less than a write of two parts. */
const copiedMessage: Bytes = 64 * 1024;

/** What macOS allows for the path of a local socket, its closing NUL left out; Linux allows 4 more. */
const longestSocketPath = 103;

/** A socket file younger than this may belong to one who has made it and doesn't listen yet. */
const settledAge: Millis = 10_000;

const socketName = /^(guests|flakehound)-[0-9a-f]{16}\.sock$/;

/** Where `nodeChannels` puts its sockets. */
export interface ChannelPlaces {
  readonly platform: NodeJS.Platform;
  /** For stores whose own path is too long for a socket, or whose file system has none. */
  readonly temporaryFolder: string;
}

/**
 * Channels of this machine: a local socket in the store's folder, or in the temporary folder where
 * that path is too long; a named pipe on Windows. A message travels as `u32 length, bytes`, little
 * endian, and leaves at once.
 */
export function nodeChannels(
  places: ChannelPlaces = { platform: process.platform, temporaryFolder: tmpdir() },
): Channels {
  return {
    async listen(folder, onChannel) {
      const nonce = randomBytes(8).toString('hex');
      const accept = (socket: Socket): void => onChannel(channelOf(socket));
      if (places.platform === 'win32') {
        return listenAt(`\\\\.\\pipe\\flakehound-${nonce}`, accept);
      }
      const inside = join(folder, `guests-${nonce}.sock`);
      if (Buffer.byteLength(inside) <= longestSocketPath) {
        try {
          const listener = await listenAt(inside, accept);
          await removeStale(folder, inside);
          return listener;
        } catch {
          // Some network and foreign file systems have no sockets; the temporary folder has.
        }
      }
      const outside = join(places.temporaryFolder, `flakehound-${nonce}.sock`);
      const listener = await listenAt(outside, accept);
      await removeStale(places.temporaryFolder, outside);
      return listener;
    },
    connect: (address) =>
      new Promise((resolve, reject) => {
        const socket = connect(address);
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.off('error', reject);
          resolve(channelOf(socket));
        });
      }),
  };
}

async function listenAt(address: string, accept: (socket: Socket) => void): Promise<Listener> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    accept(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Accepting may fail for want of descriptors: the guest sees it, and the listener goes on.
  server.on('error', () => undefined);
  server.unref();
  return { address, close: () => closeServer(server, open) };
}

function closeServer(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroySoon();
  });
}

/** Removes what listeners that died left behind. Never fails: what stays is in nobody's way. */
async function removeStale(folder: string, own: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (!socketName.test(name) || path === own) continue;
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined || Date.now() - facts.mtimeMs < settledAge) continue;
    if (await isRefused(path)) await unlink(path).catch(() => undefined);
  }
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

/** A channel over a connected socket. Nothing is read before somebody listens. */
function channelOf(socket: Socket): Channel {
  let closed = false;
  // Why it ended is of no use to anyone: `close` follows each error.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    closed = true;
  });
  socket.unref();

  return {
    send(message) {
      if (closed) return;
      if (message.length > longestMessage) {
        socket.destroy();
        return;
      }
      if (message.length <= copiedMessage) {
        const framed = Buffer.allocUnsafe(4 + message.length);
        framed.writeUInt32LE(message.length, 0);
        framed.set(message, 4);
        socket.write(framed);
        return;
      }
      const head = Buffer.allocUnsafe(4);
      head.writeUInt32LE(message.length, 0);
      socket.cork();
      socket.write(head);
      socket.write(message);
      socket.uncork();
    },
    onMessage(listener) {
      const read = frameReader(longestMessage, listener);
      socket.on('data', (chunk: Buffer) => {
        if (!read(chunk)) socket.destroy();
      });
    },
    onClose(listener) {
      if (closed) queueMicrotask(listener);
      else socket.once('close', listener);
    },
    close() {
      socket.unref();
      socket.destroySoon();
    },
    hold(alive) {
      if (alive) socket.ref();
      else socket.unref();
    },
  };
}
