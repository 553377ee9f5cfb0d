import { invariant } from '../../errors.js';
import type { JobSeq } from '../../units.js';
import { composePut, putParent, putType, type RecordPlace, recordStatus } from '../readRecord.js';
import { at as place, RecordKind } from '../recordLayout.js';
import { SeqNumbers, type SeqSet } from './seqPages.js';

const chunkBytes = 1 << 20;

/** What the replayed records say about a job. */
export type RawState =
  | { readonly kind: 'none' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'job'; readonly put: Buffer };

/**
 * The records about jobs that were replayed from the log, as bytes: nothing is parsed until somebody
 * asks, and a record costs twelve bytes beside its own.
 */
export class RawRecords {
  readonly #chunks: Buffer[] = [];
  #filled = 0;
  #count = 0;
  #chunkOf = new Uint32Array(1024);
  #offsetOf = new Uint32Array(1024);
  /** The record about the same job that came before and still matters; -1 for none. */
  #before = new Int32Array(1024);
  readonly #last = new SeqNumbers();

  /** Copies `bytes[from..to)`; whoever replays may use the buffer again. */
  take(bytes: Uint8Array, from: number, to: number): RecordPlace {
    const length = to - from;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || this.#filled + length > chunk.length) {
      chunk = Buffer.allocUnsafeSlow(Math.max(chunkBytes, length));
      this.#chunks.push(chunk);
      this.#filled = 0;
    }
    const start = this.#filled;
    chunk.set(bytes.subarray(from, to), start);
    this.#filled += length;
    return { bytes: chunk, at: start };
  }

  /**
   * Notes the record at `offset` of the chunk that `take` gave out last.
   *
   * @returns whether it is the first about its job
   */
  note(seq: JobSeq, kind: number, offset: number): boolean {
    const number = this.#count++;
    if (number === this.#before.length) this.#grow();
    this.#chunkOf[number] = this.#chunks.length - 1;
    this.#offsetOf[number] = offset;
    const known = this.#last.get(seq);
    // A whole job, or none, makes what came before it irrelevant; and so does a head for a head
    // that says nothing else.
    let before = -1;
    if (kind === RecordKind.head) {
      before = known !== -1 && this.#isBareHead(known) ? this.#before[known]! : known;
    }
    this.#before[number] = before;
    this.#last.set(seq, number);
    return known === -1;
  }

  has(seq: JobSeq): boolean {
    return this.#last.get(seq) !== -1;
  }

  /** The number of the job's status; -1 when it was removed or nothing is known. */
  status(seq: JobSeq): number {
    const number = this.#last.get(seq);
    if (number === -1) return -1;
    const { bytes, at } = this.#at(number);
    return bytes[at + place.kind] === RecordKind.remove ? -1 : recordStatus(bytes, at);
  }

  /** The job's type, where the log has it: otherwise the table does. */
  type(seq: JobSeq): string | undefined {
    const put = this.#put(seq);
    return put && putType(put.bytes, put.at);
  }

  /** The id of the job's parent, where it has one and the log has it. */
  parent(seq: JobSeq): string | undefined {
    const put = this.#put(seq);
    return put && putParent(put.bytes, put.at);
  }

  #put(seq: JobSeq): RecordPlace | undefined {
    for (let number = this.#last.get(seq); number !== -1; number = this.#before[number]!) {
      const record = this.#at(number);
      if (record.bytes[record.at + place.kind] === RecordKind.put) return record;
    }
    return undefined;
  }

  /** What became of a job. @param base - its put record in the table */
  resolve(seq: JobSeq, base: () => Buffer | undefined): RawState {
    let number = this.#last.get(seq);
    if (number === -1) return { kind: 'none' };
    const heads: RecordPlace[] = [];
    for (; number !== -1; number = this.#before[number]!) {
      const record = this.#at(number);
      const kind = record.bytes[record.at + place.kind];
      if (kind === RecordKind.remove) return { kind: 'removed' };
      if (kind === RecordKind.put) return { kind: 'job', put: composePut(record, heads) };
      heads.push(record);
    }
    const put = base();
    invariant(put !== undefined, `job ${seq} was changed in the log and never written whole`);
    return { kind: 'job', put: composePut({ bytes: put, at: 0 }, heads) };
  }

  #at(number: number): RecordPlace {
    return { bytes: this.#chunks[this.#chunkOf[number]!]!, at: this.#offsetOf[number]! };
  }

  #isBareHead(number: number): boolean {
    const bytes = this.#chunks[this.#chunkOf[number]!]!;
    const at = this.#offsetOf[number]!;
    return bytes[at + place.kind] === RecordKind.head && bytes[at + place.sections] === 0;
  }

  #grow(): void {
    const length = this.#before.length * 2;
    const larger = <T extends Uint32Array | Int32Array>(into: T, from: T): T => {
      into.set(from);
      return into;
    };
    this.#chunkOf = larger(new Uint32Array(length), this.#chunkOf);
    this.#offsetOf = larger(new Uint32Array(length), this.#offsetOf);
    this.#before = larger(new Int32Array(length), this.#before);
  }
}

/** The jobs that records were replayed of. @param sets - one or two, which hold them all */
export function* replayedSeqs(
  raw: RawRecords | undefined,
  [first, second]: readonly SeqSet[],
): Generator<JobSeq> {
  if (raw === undefined || first === undefined) return;
  for (const seq of first.walk()) if (raw.has(seq)) yield seq;
  if (second === undefined) return;
  for (const seq of second.walk()) if (raw.has(seq) && !first.has(seq)) yield seq;
}
