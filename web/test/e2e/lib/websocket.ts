// WebSocket frames (RFC 6455 §5.2) as they pass, cut out of the stream of bytes.

export interface Frame {
  readonly opcode: number;
  /** Without its mask. */
  readonly payload: Buffer;
  /** As it came. */
  readonly bytes: Buffer;
}

/** Text, binary and continuation; the others are control frames. */
export const isData = (frame: Frame): boolean => frame.opcode < 8;

function unmasked(masked: Buffer, mask: Buffer): Buffer {
  const plain = Buffer.from(masked);
  for (let index = 0; index < plain.length; index += 1) plain[index] = (plain[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return plain;
}

export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are whole with `chunk`. */
  push(chunk: Buffer): Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    for (let frame = this.#take(); frame !== null; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): Frame | null {
    const from = this.#rest;
    if (from.length < 2) return null;
    const short = from.readUInt8(1) & 0x7f;
    const lengthAt = 2;
    const maskAt = lengthAt + (short === 126 ? 2 : short === 127 ? 8 : 0);
    const hasMask = (from.readUInt8(1) & 0x80) !== 0;
    const payloadAt = maskAt + (hasMask ? 4 : 0);
    if (from.length < payloadAt) return null;
    const length =
      short === 126 ? from.readUInt16BE(lengthAt) : short === 127 ? Number(from.readBigUInt64BE(lengthAt)) : short;
    const end = payloadAt + length;
    if (from.length < end) return null;
    const body = from.subarray(payloadAt, end);
    this.#rest = from.subarray(end);
    return {
      opcode: from.readUInt8(0) & 0x0f,
      payload: hasMask ? unmasked(body, from.subarray(maskAt, payloadAt)) : Buffer.from(body),
      bytes: from.subarray(0, end),
    };
  }
}
