import { crc32, deflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { chunksOf, encodeApng } from "../../infra/pictures/apng.ts";

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12);
  whole.writeUInt32BE(data.length, 0);
  whole.write(type, 4, "latin1");
  data.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, -4)), whole.length - 4);
  return whole;
}

/** Grey, 8 bits a pixel; its pixels in as many parts as wanted. */
function png(width: number, height: number, grey: number, parts = 1): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.from([0, ...Array(width).fill(grey)])));
  const pixels = deflateSync(rows);
  const size = Math.ceil(pixels.length / parts);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("tEXt", Buffer.from("Comment\0left out")),
    ...Array.from({ length: parts }, (_, part) => chunk("IDAT", pixels.subarray(part * size, (part + 1) * size))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const [first, second] = [png(3, 2, 10), png(2, 1, 200, 2)];

describe("an animated PNG", () => {
  const made = encodeApng([
    { png: first, stands: 1_500 },
    { png: second, at: { x: 1, y: 1 }, stands: 250 },
  ]);
  const chunks = chunksOf(made);
  const numbersIn = (type: string) =>
    chunks.filter((each) => each.type === type).map(({ data }) => Buffer.from(data).readUInt32BE(0));

  test("holds its frames in order, each with its size, place, time and number", () => {
    expect(chunks.map(({ type }) => type).join(" ")).toBe("IHDR acTL fcTL IDAT fcTL fdAT fdAT IEND");
    expect(numbersIn("acTL")).toEqual([2]);
    expect([...numbersIn("fcTL"), ...numbersIn("fdAT")]).toEqual([0, 1, 2, 3]);
    const controls = chunks.filter(({ type }) => type === "fcTL").map(({ data }) => Buffer.from(data));
    expect(controls.map((data) => [4, 8, 12, 16].map((at) => data.readUInt32BE(at)))).toEqual([
      [3, 2, 0, 0],
      [2, 1, 1, 1],
    ]);
    expect(controls.map((data) => data.readUInt16BE(20) / data.readUInt16BE(22))).toEqual([1.5, 0.25]);
    expect(controls.map((data) => data.length)).toEqual([26, 26]);
  });

  test("keeps the pixels as they were compressed, and every checksum is right", () => {
    const pixels = (of: Buffer) =>
      Buffer.concat(chunksOf(of).flatMap(({ type, data }) => (type === "IDAT" ? [Buffer.from(data)] : [])));
    expect(pixels(Buffer.from(made))).toEqual(pixels(first));
    const later = chunks.filter(({ type }) => type === "fdAT").map(({ data }) => Buffer.from(data).subarray(4));
    expect(Buffer.concat(later)).toEqual(pixels(second));
    const bytes = Buffer.from(made);
    for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
      const end = at + 8 + bytes.readUInt32BE(at);
      expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
    }
  });

  test("is not made of stills that do not fit, of none, or of what is no PNG", () => {
    const frame = (png: Buffer) => ({ png, stands: 100 });
    expect(() => encodeApng([frame(first), frame(png(4, 2, 10))])).toThrow("Still 1");
    expect(() => encodeApng([frame(first), { ...frame(second), at: { x: 2, y: 0 } }])).toThrow("Still 1");
    expect(() => encodeApng([])).toThrow("no header");
    expect(() => encodeApng([frame(Buffer.from("GIF89a, which is something else"))])).toThrow("no PNG");
  });
});
