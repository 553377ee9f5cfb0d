import type { FlakehoundError } from '../../errors.js';
import type { Bytes, Lsn, Millis } from '../../units.js';
import { createByteSink } from '../byteSink.js';
import type { ByteSink, GroupMark, OpenGroup } from '../seam.js';
import { groupHeaderBytes } from './groupCodec.js';

type Settle = (failure: FlakehoundError | undefined) => void;

const startBytes: Bytes = 64 * 1024;
/** A buffer that grew beyond this for one large group is given back. */
const keptBytes: Bytes = 4 * 1024 * 1024;

/** A group that gathers records, then is written, then begins anew with the same buffer. */
export class PendingGroup implements OpenGroup {
  sink: ByteSink = createByteSink(startBytes);
  firstLsn: Lsn = 1;
  count = 0;
  /** When it was asked for first. */
  openedAt: Millis | undefined;
  /** Where its last whole record ends. */
  #end = groupHeaderBytes;
  #settlers: Settle[] = [];

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Whether nobody waits for it either. */
  get isIdle(): boolean {
    return this.count === 0 && this.#settlers.length === 0;
  }

  /** Length of the group without its padding. */
  get bytes(): Bytes {
    return this.#end;
  }

  /** Takes back what an encoder that threw left behind the last whole record. */
  rewind(): void {
    this.sink.at = this.#end;
  }

  added(): Lsn {
    this.#end = this.sink.at;
    return this.firstLsn + this.count++;
  }

  mark(): GroupMark {
    return { end: this.#end, count: this.count };
  }

  cutBack(mark: GroupMark): void {
    this.#end = mark.end;
    this.count = mark.count;
    this.sink.at = mark.end;
  }

  whenSettled(settle: Settle): void {
    this.#settlers.push(settle);
  }

  /** Begins anew. What was to be told is returned, to be told by the caller. */
  begin(firstLsn: Lsn): readonly Settle[] {
    const settlers = this.#settlers;
    this.#settlers = [];
    if (this.sink.bytes.length > keptBytes) this.sink = createByteSink(startBytes);
    this.sink.at = groupHeaderBytes;
    this.#end = groupHeaderBytes;
    this.firstLsn = firstLsn;
    this.count = 0;
    this.openedAt = undefined;
    return settlers;
  }
}
