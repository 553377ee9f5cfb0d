import { DefaultDeserializer, DefaultSerializer } from 'node:v8';

declare module 'node:v8' {
  // Documented hooks that the type package leaves out.
  interface DefaultSerializer {
    _writeHostObject(object: object): void;
  }
  interface DefaultDeserializer {
    _readHostObject(): unknown;
  }
}

/**
 * The frames of Node's own message channel between processes with `serialization: 'advanced'`, for
 * the end that Node gives no access to: length (4 bytes, big endian), then V8's format, in which
 * a number before each host object tells views of buffers (0) from other objects (1).
 */
const viewTag = 0;
const otherTag = 1;
const headBytes = 4;

class FrameSerializer extends DefaultSerializer {
  override _writeHostObject(object: object): void {
    if (ArrayBuffer.isView(object)) {
      this.writeUint32(viewTag);
      super._writeHostObject(object);
    } else {
      this.writeUint32(otherTag);
      this.writeValue({ ...object });
    }
  }
}

class FrameDeserializer extends DefaultDeserializer {
  override _readHostObject(): unknown {
    return this.readUint32() === viewTag ? super._readHostObject() : this.readValue();
  }
}

/** One message as it goes over the socket: its length, then its bytes. */
export function encodeFrame(message: unknown): Buffer {
  const serializer = new FrameSerializer();
  serializer.writeRawBytes(Buffer.alloc(headBytes));
  serializer.writeHeader();
  serializer.writeValue(message);
  const frame = serializer.releaseBuffer();
  frame.writeUInt32BE(frame.length - headBytes, 0);
  return frame;
}

function decodeFrame(body: Buffer): unknown {
  const deserializer = new FrameDeserializer(body);
  deserializer.readHeader();
  return deserializer.readValue();
}

/** Cuts a stream of bytes into messages; an unfinished one waits for its rest. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted = headBytes;

  read(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#wanted) return [];
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const messages: unknown[] = [];
    for (;;) {
      this.#wanted = headBytes + (bytes.length < headBytes ? 0 : bytes.readUInt32BE(0));
      if (bytes.length < headBytes || bytes.length < this.#wanted) break;
      messages.push(decodeFrame(bytes.subarray(headBytes, this.#wanted)));
      bytes = bytes.subarray(this.#wanted);
    }
    this.#chunks = bytes.length === 0 ? [] : [bytes];
    this.#held = bytes.length;
    return messages;
  }
}
