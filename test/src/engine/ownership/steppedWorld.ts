import { crc32 } from 'node:zlib';
import {
  type ClaimRequest,
  claimOwnership,
} from '../../../../src/engine/ownership/claimOwnership.js';
import { encodeLock, type LockContent } from '../../../../src/engine/ownership/lockFile.js';
import type { Ownership } from '../../../../src/engine/ownership/ownership.js';
import type { Files, OpenFile } from '../../../../src/ports/files.js';
import type { Platform } from '../../../../src/ports/platform.js';
import { fakeChannels } from '../../../support/fakeChannels.js';
import { fakeProcesses } from '../../../support/fakeProcesses.js';
import { storeClock } from '../../../support/storeClock.js';

/** How a world begins. */
export interface WorldStart {
  readonly contenders: number;
  readonly manifest: number;
  /** Locks of owners that ended, by epoch. */
  readonly locks: Readonly<Record<number, 'dead' | 'released'>>;
  /** What contenders wrongly believe of the owner with this pid: it runs on, and is taken for dead. */
  readonly misjudged?: readonly number[];
}

interface Contender {
  pid: number;
  /** What it does when it is let; `undefined` once it has ended. */
  pending: (() => void) | undefined;
  /** All that it ever got to see: what it does next follows from that alone. */
  history: string[];
  ownership: Ownership | undefined;
  isKilled: boolean;
}

/**
 * Contenders for one folder, each of which stands before its next call on a shared name until it is
 * let go on. A contender claims; as an owner it writes its epoch into the manifest, removes older
 * locks, acknowledges a write, and releases.
 */
export class SteppedWorld {
  readonly contenders: Contender[] = [];
  /** Epochs in the order of the acknowledgements. */
  readonly acknowledged: number[] = [];
  manifest: number;
  private readonly files = new Map<string, { bytes: Buffer }>();
  private readonly processes = fakeProcesses();
  private readonly isMisjudged: (pid: number) => boolean;

  constructor(start: WorldStart) {
    this.manifest = start.manifest;
    this.isMisjudged = (pid) => start.misjudged?.includes(pid) === true;
    for (const [epoch, how] of Object.entries(start.locks)) {
      const lock: LockContent = {
        epoch: Number(epoch),
        ...this.processes.of(900 + Number(epoch)).self(),
        nonce: `before-${epoch}`,
        address: '',
        since: 0,
        ...(how === 'released' ? { released: true } : {}),
      };
      this.processes.kill(900 + Number(epoch));
      this.files.set(`lock-${epoch}`, { bytes: encodeLock(lock, crc32) });
    }
    for (let pid = 1; pid <= start.contenders; pid++) {
      const contender: Contender = {
        pid,
        pending: undefined,
        history: [],
        ownership: undefined,
        isKilled: false,
      };
      this.contenders.push(contender);
      void this.live(contender);
    }
  }

  /** Those who can take a step. */
  get ready(): readonly number[] {
    return this.contenders.filter((c) => c.pending !== undefined).map((c) => c.pid);
  }

  async step(pid: number): Promise<void> {
    const contender = this.contenders[pid - 1]!;
    const { pending } = contender;
    contender.pending = undefined;
    pending?.();
    await this.settled();
  }

  /** Resolves when everybody stands before a call, or has ended. */
  settled(): Promise<void> {
    return new Promise((done) => setImmediate(done));
  }

  kill(pid: number): void {
    const contender = this.contenders[pid - 1]!;
    contender.pending = undefined;
    contender.isKilled = true;
    contender.ownership = undefined;
    this.processes.kill(pid);
  }

  /** Owners who would acknowledge now. */
  get unfenced(): readonly number[] {
    return this.contenders
      .filter((c) => c.ownership !== undefined && passes(c.ownership))
      .map((c) => c.pid);
  }

  /** Owners who run and were fenced off. */
  get displaced(): readonly number[] {
    return this.contenders
      .filter((c) => c.ownership !== undefined && !passes(c.ownership))
      .map((c) => c.pid);
  }

  /** The same for worlds that go on in the same way. */
  get key(): string {
    const files = [...this.files].map(([name, { bytes }]) => `${name}=${bytes}`).sort();
    const contenders = this.contenders.map((c) =>
      c.pending === undefined ? `${c.isKilled} ended` : c.history.join(' '),
    );
    const last = this.acknowledged.slice(-2);
    return [this.manifest, last, ...files, ...contenders].join('\n');
  }

  private async live(contender: Contender): Promise<void> {
    const request = this.requestOf(contender);
    const claim = await claimOwnership(request);
    if (claim.kind === 'held') return;
    const { ownership } = claim;
    contender.ownership = ownership;
    await this.gate(contender, 'write manifest', () => {
      if (passes(ownership)) this.manifest = Math.max(this.manifest, ownership.epoch);
    });
    await ownership.removeOlder();
    await this.gate(contender, 'acknowledge', () => {
      if (passes(ownership)) this.acknowledged.push(ownership.epoch);
    });
    contender.ownership = undefined;
    await ownership.release();
  }

  /** Waits to be let, then acts; what it sees becomes a part of its history. */
  private gate<T>(contender: Contender, what: string, act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      contender.pending = () => {
        try {
          const seen = act();
          contender.history.push(`${what}:${JSON.stringify(seen) ?? ''}`);
          resolve(seen);
        } catch (error) {
          contender.history.push(`${what}!${(error as NodeJS.ErrnoException).code}`);
          reject(error);
        }
      };
    });
  }

  private requestOf(contender: Contender): ClaimRequest {
    const { pid } = contender;
    let nonces = 0;
    const own = this.processes.of(pid);
    const platform: Platform = {
      files: this.filesOf(contender),
      clock: storeClock(0),
      random: {
        bytes: (count) => Buffer.alloc(count, `${pid}.${++nonces};`),
        fraction: () => 0,
      },
      processes: {
        self: () => own.self(),
        state: (of) => (this.isMisjudged(of.pid) ? 'dead' : own.state(of)),
      },
      channels: fakeChannels(),
      crc32,
    };
    return {
      platform,
      dir: '',
      address: '',
      manifestEpoch: () => this.gate(contender, 'manifest', () => this.manifest),
    };
  }

  /** Calls on names that only their maker knows happen at once: nobody can tell when. */
  private filesOf(contender: Contender): Files {
    const { files } = this;
    const shared = async <T>(what: string, path: string, act: () => T): Promise<T> =>
      path.endsWith('.tmp') ? act() : this.gate(contender, `${what} ${path}`, act);
    const present = (path: string) => {
      const file = files.get(path);
      if (file === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return file;
    };
    return {
      open: (path, mode) =>
        shared('open', path, () => {
          if (mode === 'create') files.set(path, { bytes: Buffer.alloc(0) });
          return openFile(path, present(path));
        }),
      makeFolder: async () => undefined,
      list: (path) => shared('list', path, () => [...files.keys()].sort()),
      facts: (path) =>
        shared('facts', path, () => {
          const file = files.get(path);
          return file && { kind: 'file', size: file.bytes.length, modifiedAt: 0 };
        }),
      existsNow: (path) => files.has(path),
      rename: (from, to) =>
        shared('rename', to, () => {
          files.set(to, present(from));
          files.delete(from);
        }),
      link: (existing, to) =>
        shared('link', to, () => {
          if (files.has(to)) throw Object.assign(new Error(to), { code: 'EEXIST' });
          files.set(to, present(existing));
        }),
      unlink: (path) => shared('unlink', path, () => void (present(path) && files.delete(path))),
      syncFolder: async () => undefined,
      join: (...parts) => parts.filter((part) => part !== '').join('/'),
    };
  }
}

function openFile(path: string, file: { bytes: Buffer }): OpenFile {
  const read = (into: Uint8Array, offset: number, length: number, at: number): number => {
    const part = file.bytes.subarray(at, at + length);
    into.set(part, offset);
    return part.length;
  };
  const write = (from: Uint8Array, offset: number, length: number, at: number): number => {
    const part = from.subarray(offset, offset + length);
    file.bytes = Buffer.concat([file.bytes.subarray(0, at), part]);
    return part.length;
  };
  return {
    path,
    read: async (...how) => read(...how),
    readNow: read,
    write: async (...how) => write(...how),
    writeNow: write,
    dataSync: async () => undefined,
    dataSyncNow: () => undefined,
    sync: async () => undefined,
    truncate: async () => undefined,
    size: async () => file.bytes.length,
    close: async () => undefined,
  };
}

function passes(ownership: Ownership): boolean {
  try {
    ownership.fence();
    return true;
  } catch {
    return false;
  }
}
