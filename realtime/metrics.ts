import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { NodeFigures } from "../shared/models/node.ts";
import { finite } from "./health.ts";

export type RealtimeMetrics = ReturnType<typeof createMetrics>;

/** What a node counts, in a registry of its own: a process may hold several nodes. `look` tells what is so right now. */
export function createMetrics(look: {
  sockets: () => number;
  users: () => number;
  /** Milliseconds. */
  streamAge: () => number;
}) {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge("kith_sockets", "Connected sockets", look.sockets);
  gauge("kith_users", "Users with a connection", look.users);
  gauge(
    "kith_stream_age_seconds",
    "Time since a change was last seen end to end; infinite before the first",
    () => look.streamAge() / 1_000,
  );
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter<Label>({ name, help, labelNames, registers });

  const metrics = {
    registry,
    /** Adds what Node tells of this process: CPU, memory, event-loop delay, garbage collection. */
    collectProcess(): void {
      collectDefaultMetrics({ register: registry });
    },
    handshakes: counter("kith_handshakes_total", "Handshakes by outcome: admitted, or the error's code", "outcome"),
    deliveries: counter("kith_deliveries_total", "Events sent to sockets, one for each socket", "event"),
    audience: new Histogram({
      name: "kith_audience_size",
      help: "Friends of the author of a comment, present or not",
      buckets: [0, 1, 5, 20, 50, 200, 1_000, 5_000],
      registers,
    }),
    friendSets: counter(
      "kith_friend_sets_total",
      "Friend sets asked for, found in memory (hit) or read (miss)",
      "found",
    ),
    events: counter("kith_stream_events_total", "Changes taken from the stream, by kind", "kind"),
    reopens: counter(
      "kith_stream_reopens_total",
      "Times the change stream was opened again, by how it had ended",
      "end",
    ),
    resyncs: counter("kith_resyncs_total", "Times all sockets were told to load anew, by reason", "reason"),
    cuts: counter("kith_cuts_total", "Sockets cut as their client did not read"),
  };
  return {
    ...metrics,
    /** What a beat tells of them. */
    async figures(): Promise<Omit<NodeFigures, "status">> {
      const [reopens, resyncs, cuts] = await Promise.all([metrics.reopens, metrics.resyncs, metrics.cuts].map(total));
      return {
        sockets: look.sockets(),
        users: look.users(),
        streamAge: finite(look.streamAge()),
        reopens: reopens ?? 0,
        resyncs: resyncs ?? 0,
        cuts: cuts ?? 0,
      };
    },
  };
}

/** With whatever labels. */
async function total(counter: Counter): Promise<number> {
  return (await counter.get()).values.reduce((sum, { value }) => sum + value, 0);
}
