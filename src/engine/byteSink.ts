import type { ByteSink } from './seam.js';

/** Past this length the platform's own encoder is faster than a loop. */
const shortText = 48;

class GrowingSink implements ByteSink {
  bytes: Buffer;
  at = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(Math.max(capacity, 64));
  }

  reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

/** Makes a sink that takes `capacity` bytes before it grows, by doubling. */
export function createByteSink(capacity: number): ByteSink {
  return new GrowingSink(capacity);
}

// All numbers are little endian. The put functions reserve what they need. The read functions do
// not check their bounds: past the end they read zeros.

/** Puts one byte. */
export function putU8(sink: ByteSink, value: number): void {
  if (sink.at + 1 > sink.bytes.length) sink.reserve(1);
  sink.bytes[sink.at++] = value;
}

/** Puts two bytes. */
export function putU16(sink: ByteSink, value: number): void {
  if (sink.at + 2 > sink.bytes.length) sink.reserve(2);
  const { bytes, at } = sink;
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  sink.at = at + 2;
}

/** Puts four bytes. */
export function putU32(sink: ByteSink, value: number): void {
  if (sink.at + 4 > sink.bytes.length) sink.reserve(4);
  setU32(sink.bytes, sink.at, value);
  sink.at += 4;
}

/** Puts six bytes: 0 to 2^48 - 1. */
export function putU48(sink: ByteSink, value: number): void {
  if (sink.at + 6 > sink.bytes.length) sink.reserve(6);
  setU48(sink.bytes, sink.at, value);
  sink.at += 6;
}

/** Puts eight bytes: an IEEE 754 double. */
export function putF64(sink: ByteSink, value: number): void {
  if (sink.at + 8 > sink.bytes.length) sink.reserve(8);
  sink.bytes.writeDoubleLE(value, sink.at);
  sink.at += 8;
}

/** Puts bytes as they are. */
export function putBytes(sink: ByteSink, from: Uint8Array): void {
  sink.reserve(from.length);
  sink.bytes.set(from, sink.at);
  sink.at += from.length;
}

/** Puts zeros. */
export function putZeros(sink: ByteSink, count: number): void {
  sink.reserve(count);
  sink.bytes.fill(0, sink.at, sink.at + count);
  sink.at += count;
}

/**
 * Puts the UTF-8 bytes of a text, without its length.
 *
 * A lone surrogate becomes U+FFFD, as the platform's encoder has it.
 *
 * @returns how many bytes it took
 */
export function putUtf8(sink: ByteSink, text: string): number {
  const { length } = text;
  sink.reserve(length * 3);
  const { bytes, at } = sink;
  if (length > shortText) return advance(sink, bytes.write(text, at));
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return advance(sink, bytes.write(text, at));
    bytes[at + i] = unit;
  }
  return advance(sink, length);
}

function advance(sink: ByteSink, count: number): number {
  sink.at += count;
  return count;
}

/** Overwrites four bytes in place. */
export function setU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Overwrites six bytes in place: 0 to 2^48 - 1. */
export function setU48(bytes: Uint8Array, at: number, value: number): void {
  // A shift would cut the value to 32 bits.
  const high = Math.floor(value / 0x1_0000_0000);
  setU32(bytes, at, value);
  bytes[at + 4] = high;
  bytes[at + 5] = high >>> 8;
}

/** The byte at `at`. */
export function readU8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** The two bytes at `at`. */
export function readU16(bytes: Uint8Array, at: number): number {
  return readU8(bytes, at) | (readU8(bytes, at + 1) << 8);
}

/** The four bytes at `at`, unsigned. */
export function readU32(bytes: Uint8Array, at: number): number {
  return (readU16(bytes, at) | (readU16(bytes, at + 2) << 16)) >>> 0;
}

/** The six bytes at `at`. */
export function readU48(bytes: Uint8Array, at: number): number {
  return readU32(bytes, at) + readU16(bytes, at + 4) * 0x1_0000_0000;
}

const doubleBytes = new Uint8Array(8);
const doubleView = new DataView(doubleBytes.buffer);

/** The double at `at`. */
export function readF64(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) doubleBytes[i] = readU8(bytes, at + i);
  return doubleView.getFloat64(0, true);
}

/** The text whose UTF-8 bytes are `bytes[from..to)`; bytes that are none become U+FFFD. */
export function readUtf8(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to);
}
