import type { Channel, Channels } from '../../src/ports/channels.js';

/** Channels inside one process; messages arrive in a later turn of the event loop, in order. */
export interface FakeChannels extends Channels {
  /** Cuts every channel of the listener and stops it, as the end of its process does. */
  sever(address: string): void;
  /** Keeps what is sent from now on until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Addresses that somebody listens at. */
  readonly listening: readonly string[];
  /** Messages delivered so far. */
  readonly delivered: number;
}

interface End extends Channel {
  receive(message: Uint8Array): void;
  drop(): void;
  cut(): void;
}

/** Makes a machine on which nobody listens. */
export function fakeChannels(): FakeChannels {
  const listeners = new Map<
    string,
    { accept: (channel: Channel) => void; ends: Set<End>; folder: string }
  >();
  let count = 0;
  let delivered = 0;
  let frozen: (() => void)[] | undefined;
  const later = (act: () => void): void => {
    if (frozen === undefined) setImmediate(act);
    else frozen.push(act);
  };

  const pair = (): [End, End] => {
    let isOpen = true;
    const make = (other: () => End): End => {
      let waiting: Uint8Array[] = [];
      let listener: ((message: Uint8Array) => void) | undefined;
      const onClose: (() => void)[] = [];
      const end: End = {
        send(message) {
          const copy = Uint8Array.from(message);
          if (isOpen) later(() => other().receive(copy));
        },
        onMessage(heard) {
          listener = heard;
          const early = waiting;
          waiting = [];
          for (const message of early) heard(message);
        },
        onClose(heard) {
          if (isOpen) onClose.push(heard);
          else queueMicrotask(heard);
        },
        close() {
          if (!isOpen) return;
          later(() => {
            isOpen = false;
            end.drop();
            other().drop();
          });
        },
        hold: () => undefined,
        receive(message) {
          if (!isOpen) return;
          delivered++;
          if (listener === undefined) waiting.push(message);
          else listener(message);
        },
        cut() {
          isOpen = false;
          setImmediate(() => {
            end.drop();
            other().drop();
          });
        },
        drop() {
          isOpen = false;
          for (const heard of onClose.splice(0)) heard();
        },
      };
      return end;
    };
    const a: End = make(() => b);
    const b: End = make(() => a);
    return [a, b];
  };

  return {
    async listen(folder, onChannel) {
      const address = `${folder}/guests-${++count}`;
      listeners.set(address, { accept: onChannel, ends: new Set(), folder });
      return {
        address,
        close: async () => {
          for (const end of listeners.get(address)?.ends ?? []) end.close();
          listeners.delete(address);
        },
      };
    },
    async connect(address) {
      const listener = listeners.get(address);
      if (listener === undefined) {
        throw Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });
      }
      const [guest, owner] = pair();
      listener.ends.add(owner);
      listener.accept(owner);
      return guest;
    },
    sever(address) {
      const listener = listeners.get(address);
      listeners.delete(address);
      for (const end of listener?.ends ?? []) {
        // Both ends notice; nothing that is under way arrives.
        end.cut();
      }
    },
    freeze() {
      frozen ??= [];
    },
    thaw() {
      const held = frozen ?? [];
      frozen = undefined;
      for (const act of held) setImmediate(act);
    },
    get listening() {
      return [...listeners.keys()];
    },
    get delivered() {
      return delivered;
    },
  };
}
