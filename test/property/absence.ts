import type { Device } from "./device.ts";
import type { Committed } from "./model.ts";

/**
 * Whether a friendship changed while the device's page had no socket. Such a page is right again only once it is loaded
 * anew: a catch-up brings what friends wrote, and not who is one.
 */
export function missedFriendship(committed: readonly Committed[], device: Device): boolean {
  return device.visits.some((visit, n) => {
    const next = device.visits[n + 1];
    if (next === undefined || next.page !== visit.page) return false;
    const changes = new Map<string, number>();
    for (const { write, time } of committed) {
      if (write.kind !== "pair" || time <= visit.time || time > next.time) continue;
      const ids = write.pair.split(":");
      const other = ids.find((id) => id !== device.id) as string;
      if (ids.includes(device.id)) changes.set(other, (changes.get(other) ?? 0) + 1);
    }
    return [...changes].some(([other, count]) => {
      const heard = visit.told.filter(({ event, id }) => event === "friend" && id === other);
      return heard.length < count;
    });
  });
}
