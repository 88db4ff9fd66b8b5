import type { Device, Visit } from "./device.ts";
import type { Model } from "./model.ts";

export interface Faults {
  leaks: string[];
  losses: string[];
}

const told = ["comment", "commentRemoved"] as const;

/** Holds all that sockets were told, and all that they were not, against the model. `end` is when nothing was left to tell. */
export function checkVisits(model: Model, devices: readonly Device[], end: number, notice: number): Faults {
  const delivered = deliveries(devices);
  const faults: Faults = { leaks: [], losses: [] };
  for (const device of devices) {
    for (const visit of device.visits) {
      faults.leaks.push(...leaksOf(model, device, visit));
      faults.losses.push(...lossesOf(model, device, visit, { delivered, end, notice }));
    }
  }
  return faults;
}

function leaksOf(model: Model, device: Device, visit: Visit): string[] {
  return visit.told.flatMap(({ event, id, at }) => {
    if (event !== "comment" && event !== "commentRemoved") return [];
    const author = model.authorOf(id);
    const index = model.indexOf(event, id);
    if (author === undefined || index === undefined)
      return [`${device.id} was told of ${event} ${id}, which nobody wrote`];
    if (model.mayHear(device.id, author, index, at)) return [];
    return [`${device.id} was told of ${event} ${id} by ${author} (write ${index}, node ${visit.node}) at ${at}`];
  });
}

function lossesOf(
  model: Model,
  device: Device,
  visit: Visit,
  known: { delivered: ReadonlyMap<string, number>; end: number; notice: number },
): string[] {
  const heard = new Set(visit.told.map(({ event, id }) => `${event} ${id}`));
  return model.committed.flatMap(({ write, time }, index) => {
    if (write.kind === "pair" || time <= visit.time) return [];
    const event = write.kind === "comment" ? told[0] : told[1];
    if (heard.has(`${event} ${write.id}`)) return [];
    const isStaying = visit.left > known.end;
    const delivery = known.delivered.get(`${visit.node} ${event} ${write.id}`);
    // Where nobody at the node was told, it may have been any time until the end.
    if (delivery === undefined && !isStaying) return [];
    const until = delivery ?? known.end;
    if (visit.left <= until + known.notice && !isStaying) return [];
    const author = model.authorOf(write.id) as string;
    if (!model.mustHear(device.id, author, index, until)) return [];
    return [`${device.id} was not told of ${event} ${write.id} by ${author} (write ${index}, node ${visit.node})`];
  });
}

/** When a node told of something, by node, event and id: the last of its sockets counts. */
function deliveries(devices: readonly Device[]): Map<string, number> {
  const at = new Map<string, number>();
  for (const { visits } of devices) {
    for (const visit of visits) {
      for (const each of visit.told) {
        const key = `${visit.node} ${each.event} ${each.id}`;
        at.set(key, Math.max(at.get(key) ?? 0, each.at));
      }
    }
  }
  return at;
}

/** What a device shows, against the model's feed. */
export function checkFeed(model: Model, device: Device): Faults {
  const { shown } = device;
  const expected = model.feedOf(device.id);
  const surplus = shown.filter((id) => !expected.includes(id)).map((id) => `${device.id} is shown ${id}`);
  const missing = expected.filter((id) => !shown.includes(id)).map((id) => `${device.id} is not shown ${id}`);
  const isSame = shown.length === expected.length && shown.every((id, n) => id === expected[n]);
  const friends = device.feed.state.people.friends.map(({ id }) => id).sort();
  const expectedFriends = model.friendsOf(device.id);
  if (friends.join() !== expectedFriends.join()) {
    missing.push(`${device.id} is shown the friends [${friends}], and not [${expectedFriends}]`);
  }
  const order =
    isSame || surplus.length + missing.length > 0 ? [] : [`${device.id} is shown comments twice or out of order`];
  return { leaks: surplus, losses: [...missing, ...order] };
}

export function isFaulty({ leaks, losses }: Faults): boolean {
  return leaks.length + losses.length > 0;
}
