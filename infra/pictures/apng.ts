import { crc32 } from "node:zlib";

/** A still of an animation, or the part of it that is another than in the one before. */
export interface Frame {
  png: Uint8Array;
  /** Where its upper left corner is; in the corner of the whole, where that is absent. */
  at?: { x: number; y: number };
  /** In milliseconds, at most 65,535. */
  stands: number;
}

interface Chunk {
  type: string;
  data: Uint8Array;
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * An animated PNG that goes round for ever; where animation is not known, it is its first still, which has to be whole. The
 * pixels are taken as they are compressed, so all have to have one depth and kind of colour.
 * @throws Error where they have not, are no PNG, or reach beyond the first
 */
export function encodeApng(frames: readonly Frame[]): Uint8Array {
  const stills = frames.map(({ png, at = { x: 0, y: 0 }, stands }) => ({ chunks: chunksOf(png), at, stands }));
  const header = headerOf(stills[0]?.chunks ?? []);
  const whole = sizeOf(header);
  const parts: Uint8Array[] = [signature, chunk("IHDR", header), chunk("acTL", numbers(frames.length, 0))];
  /** fcTL and fdAT count in one sequence. */
  let sequence = 0;
  for (const [index, { chunks, at, stands }] of stills.entries()) {
    const own = headerOf(chunks);
    const { width, height } = sizeOf(own);
    const fits = at.x + width <= whole.width && at.y + height <= whole.height;
    // Behind the size: depth, colour, and how the pixels are packed.
    if (!fits || !own.subarray(8).equals(header.subarray(8)))
      throw new Error(`Still ${index} does not fit the first one.`);
    parts.push(chunk("fcTL", control([sequence++, width, height, at.x, at.y], stands)));
    for (const { type, data } of chunks) {
      if (type !== "IDAT") continue;
      parts.push(index === 0 ? chunk("IDAT", data) : chunk("fdAT", Buffer.concat([numbers(sequence++), data])));
    }
  }
  return Buffer.concat([...parts, chunk("IEND", new Uint8Array())]);
}

/** The chunks of a PNG, in their order. */
export function chunksOf(png: Uint8Array): Chunk[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  if (!bytes.subarray(0, signature.length).equals(signature)) throw new Error("This is no PNG.");
  const chunks: Chunk[] = [];
  for (let at = signature.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks.push({ type: bytes.toString("latin1", at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) });
    // Length, type and checksum are four bytes each.
    at += 12 + length;
  }
  return chunks;
}

function headerOf(chunks: Chunk[]): Buffer {
  const header = chunks.find(({ type }) => type === "IHDR");
  if (!header) throw new Error("This PNG has no header.");
  return Buffer.from(header.data);
}

function sizeOf(header: Buffer): { width: number; height: number } {
  return { width: header.readUInt32BE(0), height: header.readUInt32BE(4) };
}

/** A frame that is laid over the one before: its number, size and place, and how long it stands. */
function control(place: number[], stands: number): Buffer {
  const timing = Buffer.alloc(6);
  timing.writeUInt16BE(stands, 0);
  timing.writeUInt16BE(1_000, 2);
  return Buffer.concat([numbers(...place), timing]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  return Buffer.concat([numbers(data.length), body, numbers(crc32(body))]);
}

function numbers(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, 4 * index);
  return buffer;
}
