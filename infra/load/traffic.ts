import { setTimeout } from "node:timers/promises";
import type { Comment } from "../../shared/contracts/comments.ts";
import { sendComment } from "./commenter.ts";
import { type Device, openDevice } from "./device.ts";
import { type Acknowledged, Ledger, readersOf, type Verdict } from "./ledger.ts";
import type { Visitor } from "./people.ts";
import type { Server } from "./server.ts";

/** Handshakes at a time. */
const atOnce = 100;

/** What people write and are told. */
export interface Traffic {
  ledger: Ledger;
  /** When a comment was told to any socket, and when one was acknowledged: performance.now's clock. */
  toldAt: number[];
  acknowledgedAt: number[];
  /** `resync` and `drain`, as often as a device was told. */
  events: Map<string, number>;
  /** Opens a device for each person; resolves when all are live. */
  connect(): Promise<void>;
  /** Comments by everybody in turn, so many a second, until `stopping`; resolves when all that were begun are acknowledged. */
  comment(rate: number, stopping: AbortSignal): Promise<void>;
  /** Resolves when all devices are live and show what they must, or after so many milliseconds. */
  settle(timeout: number): Promise<void>;
  /** Reads each feed back to the first comment, and compares. */
  verdict(): Promise<Verdict>;
}

/** The traffic of these people; devices that it opens are added to `devices`. */
export function createTraffic(world: {
  origin: string;
  visitors: readonly Visitor[];
  pairs: readonly (readonly [Visitor, Visitor])[];
  functions: readonly Server[];
  nodes: readonly Server[];
  devices: Device[];
  onReceipt: ((milliseconds: number) => void) | undefined;
}): Traffic {
  const { origin, visitors, functions, nodes, devices } = world;
  const ledger = new Ledger();
  const toldAt: number[] = [];
  const acknowledgedAt: number[] = [];
  const events = new Map<string, number>();
  const mayRead = readersOf(world.pairs.map(([a, b]) => [a.person.id, b.person.id]));
  let first: string | undefined;
  let next = 0;
  const pick = (servers: readonly Server[]) => {
    next += 1;
    const running = servers.filter(({ isRunning }) => isRunning);
    const from = running.length > 0 ? running : servers;
    return (from[next % from.length] as Server).url;
  };

  function hear(visitor: Visitor, comment: Comment): void {
    const now = performance.now();
    toldAt.push(now);
    ledger.tell(visitor.person.id, toAcknowledged(comment));
    const sentAt = sentAtOf(comment.body);
    if (sentAt !== undefined) world.onReceipt?.(now - sentAt);
  }

  async function connect(): Promise<void> {
    for (let i = devices.length; i < visitors.length; i += atOnce) {
      const opened = visitors.slice(i, i + atOnce).map((visitor, n) =>
        openDevice({
          visitor,
          functionsUrl: pick(functions),
          node: () => pick(nodes),
          origin,
          address: addressOf(i + n),
          onTold: (comment) => hear(visitor, comment),
          onEvent: (name) => events.set(name, (events.get(name) ?? 0) + 1),
        }),
      );
      devices.push(...opened);
      await allOf(() => opened.every(({ isLive }) => isLive), 60_000, "devices to be live");
    }
  }

  async function comment(rate: number, stopping: AbortSignal): Promise<void> {
    const sending: Promise<void>[] = [];
    const never = new AbortController().signal;
    const start = performance.now();
    for (let n = 0; !stopping.aborted; n++) {
      const i = n % visitors.length;
      sending.push(
        sendComment(visitors[i] as Visitor, (sentAt) => `load ${n} ${sentAt}`, {
          functionsUrl: () => pick(functions),
          origin,
          address: addressOf(i),
          stopping: never,
        }).then(({ comment, acknowledgedAt: at }) => {
          acknowledgedAt.push(at);
          ledger.acknowledge(toAcknowledged(comment));
          if (first === undefined || comment.position < first) first = comment.position;
        }),
      );
      const due = start + (1_000 / rate) * (n + 1);
      await setTimeout(Math.max(0, due - performance.now()), undefined, { signal: stopping }).catch(() => {});
    }
    await Promise.all(sending);
  }

  const shown = () =>
    new Map(devices.map(({ visitor, feed }) => [visitor.person.id, feed.state.comments.map(toAcknowledged)]));

  async function verdict(): Promise<Verdict> {
    const back = first;
    if (back !== undefined) await Promise.all(devices.map((device) => device.reachBack(back)));
    return ledger.verdict(shown(), mayRead);
  }

  return {
    ledger,
    toldAt,
    acknowledgedAt,
    events,
    connect,
    comment,
    verdict,
    async settle(timeout) {
      const isSettled = async () => {
        if (!devices.every(({ isLive }) => isLive)) return false;
        return (await verdict()).lost.length === 0;
      };
      await allOf(isSettled, timeout, "devices to show everything").catch(() => {});
    },
  };
}

function toAcknowledged({ id, author }: Comment): Acknowledged {
  return { id, authorId: author.id };
}

function sentAtOf(body: string): number | undefined {
  const [word, , sentAt] = body.split(" ");
  return word === "load" ? Number(sentAt) : undefined;
}

/** A network of its own for each: addresses are counted by theirs. */
function addressOf(i: number): string {
  return `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::1`;
}

async function allOf(condition: () => boolean | Promise<boolean>, timeout: number, what: string): Promise<void> {
  const deadline = performance.now() + timeout;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeout} ms in vain for ${what}.`);
    await setTimeout(50);
  }
}
