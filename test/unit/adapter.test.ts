import { Encoder } from "socket.io-parser";
import { expect, test } from "vitest";
import { createAdapter, joined } from "../../realtime/delivery/adapter.ts";
import { createMetrics } from "../../realtime/metrics.ts";

interface Sent {
  to: string;
  encoded: unknown;
  options: { wsPreEncodedFrame?: unknown };
}

/** An adapter of sockets that are connected to nothing. */
function world(...ids: string[]) {
  const sent: Sent[] = [];
  const sockets = new Map(
    ids.map((id) => [
      id,
      { id, client: { writeToEngine: (encoded: unknown, options: object) => sent.push({ to: id, encoded, options }) } },
    ]),
  );
  const metrics = createMetrics({ sockets: () => 0, users: () => 0, streamAge: () => 0 });
  const adapter = new (createAdapter(metrics))({ name: "/", server: { encoder: new Encoder() }, sockets });
  const broadcast = (rooms: string[], payload: unknown, except: string[] = []) =>
    adapter.broadcast({ type: 2, data: ["comment", payload] }, { rooms: new Set(rooms), except: new Set(except) });
  const counted = async () => (await metrics.deliveries.get()).values;
  return { adapter, broadcast, sent, counted };
}

test.each([
  [10, 2],
  [2_000, 4],
  [70_000, 10],
])("a text of %i characters is one buffer for all sockets: its WebSocket frame, header and all", (length, header) => {
  const { adapter, broadcast, sent } = world("a", "b");
  for (const id of ["a", "b"]) adapter.addAll(id, new Set([`user:${id}`]));
  const body = "x".repeat(length);
  broadcast(["user:a", "user:b"], { body });
  const text = `42["comment",${JSON.stringify({ body })}]`;
  expect(sent.map(({ to }) => to)).toEqual(["a", "b"]);
  const [frames, others] = sent.map(({ options }) => options.wsPreEncodedFrame as Buffer[]);
  expect(frames).toHaveLength(1);
  expect(others?.[0]).toBe(frames?.[0]);
  const frame = frames?.[0];
  expect(frame?.[0]).toBe(0x81);
  expect(frame?.toString("utf8", header)).toBe(text);
  const size = text.length;
  const lengths = { 2: () => frame?.[1], 4: () => frame?.readUInt16BE(2), 10: () => Number(frame?.readBigUInt64BE(2)) };
  expect(lengths[header as 2 | 4 | 10]()).toBe(size);
});

test("a frame of a shape that is not known stays as it is", () => {
  const buffer = Buffer.from("frame");
  for (const frame of [undefined, buffer, [], [buffer], [buffer, "text"], "text"]) expect(joined(frame)).toBe(frame);
  expect(joined([buffer, buffer])).toEqual([Buffer.from("frameframe")]);
});

test("every socket is reached once, in rooms that share sockets too, and nobody who is excepted", async () => {
  const { adapter, broadcast, sent, counted } = world("a", "b", "c");
  adapter.addAll("a", new Set(["user:1", "session:1", "a"]));
  adapter.addAll("b", new Set(["user:1", "session:2", "b"]));
  adapter.addAll("c", new Set(["user:2", "session:3", "c"]));
  const reached = (...how: Parameters<typeof broadcast>) => {
    sent.length = 0;
    broadcast(...how);
    return sent.map(({ to }) => to);
  };
  expect(reached(["user:1", "user:2", "user:3"], 0)).toEqual(["a", "b", "c"]);
  expect(reached(["user:1", "session:1"], 0)).toEqual(["a", "b"]);
  expect(reached(["session:2"], 0)).toEqual(["b"]);
  expect(reached(["b"], 0)).toEqual(["b"]);
  expect(reached(["user:1"], 0, ["a"])).toEqual(["b"]);
  expect(reached([], 0)).toEqual(["a", "b", "c"]);
  expect(await counted()).toEqual([{ labels: { event: "comment" }, value: 11 }]);
});
