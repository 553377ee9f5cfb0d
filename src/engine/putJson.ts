import type { Json } from '../jobs/job.js';
import { putUtf8 } from './byteSink.js';
import type { ByteSink } from './seam.js';

/** Longer texts are left to the platform, whose own writer is faster for them. */
const shortText = 200;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Puts a value as JSON, byte for byte as `JSON.stringify` has it. The platform's writer takes two to
 * three times as long for the small frozen values that jobs hold.
 */
export function putJson(sink: ByteSink, value: Json): void {
  if (typeof value === 'string') {
    putText(sink, value);
  } else if (typeof value !== 'object' || value === null) {
    putUtf8(sink, String(value));
  } else if (Array.isArray(value)) {
    putByte(sink, 0x5b);
    for (let at = 0; at < value.length; at++) {
      if (at > 0) putByte(sink, 0x2c);
      putJson(sink, value[at] as Json);
    }
    putByte(sink, 0x5d);
  } else {
    const members = value as Readonly<Record<string, Json>>;
    let isFirst = true;
    putByte(sink, 0x7b);
    for (const key of Object.keys(members)) {
      if (!isFirst) putByte(sink, 0x2c);
      isFirst = false;
      putText(sink, key);
      putByte(sink, 0x3a);
      putJson(sink, members[key]!);
    }
    putByte(sink, 0x7d);
  }
}

function putText(sink: ByteSink, text: string): void {
  const { length } = text;
  if (length <= shortText) {
    sink.reserve(length + 2);
    const { bytes, at } = sink;
    bytes[at] = quote;
    let place = 0;
    for (; place < length; place++) {
      const unit = text.charCodeAt(place);
      // What is escaped, or takes more than a byte.
      if (unit < 0x20 || unit > 0x7e || unit === quote || unit === backslash) break;
      bytes[at + 1 + place] = unit;
    }
    if (place === length) {
      bytes[at + 1 + length] = quote;
      sink.at = at + length + 2;
      return;
    }
  }
  putUtf8(sink, JSON.stringify(text));
}

function putByte(sink: ByteSink, byte: number): void {
  if (sink.at >= sink.bytes.length) sink.reserve(1);
  sink.bytes[sink.at++] = byte;
}
