import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { longestMessage, nodeChannels } from '../../../src/node/nodeChannels.js';
import type { Channel, Listener } from '../../../src/ports/channels.js';

let folder: string;
let listeners: Listener[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fh-'));
  listeners = [];
});

afterEach(async () => {
  for (const listener of listeners) await listener.close();
  rmSync(folder, { recursive: true });
});

const channels = nodeChannels();

async function pair(): Promise<{ guest: Channel; owner: Channel }> {
  let arrived: (channel: Channel) => void = () => undefined;
  const accepted = new Promise<Channel>((resolve) => {
    arrived = resolve;
  });
  const listener = await channels.listen(folder, arrived);
  listeners.push(listener);
  const guest = await channels.connect(listener.address);
  return { guest, owner: await accepted };
}

const next = (channel: Channel): Promise<Buffer> =>
  new Promise((resolve) => channel.onMessage((message) => resolve(Buffer.from(message))));
const closed = (channel: Channel): Promise<void> =>
  new Promise((resolve) => channel.onClose(resolve));

describe('a channel', () => {
  test('brings messages in order, both ways, also empty and long ones', async () => {
    const { guest, owner } = await pair();
    const sent = ['one', '', 'x'.repeat(3_000_000), 'end'];
    const got: string[] = [];
    const all = new Promise<void>((resolve) => {
      owner.onMessage((message) => {
        got.push(Buffer.from(message).toString());
        if (got.length === sent.length) resolve();
      });
    });
    for (const text of sent) guest.send(Buffer.from(text));
    await all;
    expect(got.map((text) => text.length)).toEqual([3, 0, 3_000_000, 3]);
    owner.send(Buffer.from('back'));
    expect((await next(guest)).toString()).toBe('back');
  });

  test('keeps what came before anybody listened', async () => {
    const { guest, owner } = await pair();
    guest.send(Buffer.from('early'));
    guest.close();
    await closed(guest);
    expect((await next(owner)).toString()).toBe('early');
  });

  test('tells both ends when one closes, also those who ask late', async () => {
    const { guest, owner } = await pair();
    owner.onMessage(() => undefined);
    guest.onMessage(() => undefined);
    guest.close();
    await Promise.all([closed(guest), closed(owner)]);
    await closed(owner);
    owner.send(Buffer.from('nobody'));
  });

  test('cuts off a peer that announces more than the limit', async () => {
    const listener = await channels.listen(folder, (channel) => channel.onMessage(() => undefined));
    listeners.push(listener);
    const rude = connect(listener.address);
    rude.write(Buffer.from([1, 0, 0, 4]));
    await new Promise((resolve) => rude.once('close', resolve));
  });

  test('closes rather than send what the other end would not take', async () => {
    const { guest, owner } = await pair();
    owner.onMessage(() => undefined);
    guest.send(new Uint8Array(longestMessage + 1));
    await Promise.all([closed(guest), closed(owner)]);
  });
});

describe('a listener', () => {
  test('is in the folder of the store and leaves nothing there', async () => {
    const listener = await channels.listen(folder, () => undefined);
    expect(listener.address.startsWith(folder)).toBe(true);
    await listener.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is elsewhere when the path is too long', async () => {
    const deep = join(folder, 'd'.repeat(120));
    mkdirSync(deep);
    const listener = await channels.listen(deep, (channel) => channel.send(Buffer.from('hello')));
    listeners.push(listener);
    expect(listener.address.length).toBeLessThan(104);
    expect((await next(await channels.connect(listener.address))).toString()).toBe('hello');
  });

  test('removes the sockets of dead listeners and no others', async () => {
    const names = ['00', '01', '02'].map((n) => join(folder, `guests-${n.repeat(8)}.sock`));
    const [dead, fresh, live] = names as [string, string, string];
    // A socket that is bound and never listened on looks like one whose process died.
    for (const path of [dead, fresh]) await leftBehind(path);
    const living = createServer();
    await new Promise<void>((resolve) => living.listen(live, resolve));
    for (const path of [dead, live]) utimesSync(path, 1, 1);
    listeners.push(await channels.listen(folder, () => undefined));
    expect([dead, fresh, live].map((path) => existsSync(path))).toEqual([false, true, true]);
    await new Promise((resolve) => living.close(resolve));
  });

  test('that is closed refuses', async () => {
    const listener = await channels.listen(folder, () => undefined);
    await listener.close();
    await expect(channels.connect(listener.address)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** Leaves a socket file that nobody listens on: a hard link survives the listener's own unlink. */
async function leftBehind(path: string): Promise<void> {
  const server = createServer();
  const first = `${path}.first`;
  await new Promise<void>((resolve) => server.listen(first, resolve));
  linkSync(first, path);
  await new Promise((resolve) => server.close(resolve));
}
