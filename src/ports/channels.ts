/** Two-way, ordered, on this machine alone. A message arrives whole. */
export interface Channel {
  /** Never throws; what can't be sent any more is dropped, and `onClose` tells. */
  send(message: Uint8Array): void;
  onMessage(listener: (message: Uint8Array) => void): void;
  /** Called once. */
  onClose(listener: () => void): void;
  close(): void;
  /** Whether an open channel keeps the process alive. */
  hold(alive: boolean): void;
}

export interface Listener {
  /** What `connect` takes; no longer than the platform allows for a local socket. */
  readonly address: string;
  close(): Promise<void>;
}

export interface Channels {
  /** Listens at a fresh address which belongs to the store in `folder`. */
  listen(folder: string, onChannel: (channel: Channel) => void): Promise<Listener>;
  /** @throws NodeJS.ErrnoException when nobody listens there */
  connect(address: string): Promise<Channel>;
}
