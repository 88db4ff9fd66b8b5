import { setTimeout } from "node:timers/promises";
import { now } from "../clock.ts";

/** What a process is asked to write. */
export interface Order {
  authorId: string;
  /** Comments a second. */
  rate: number;
  count: number;
  /** Which series of comments it is, so that a late one is not taken for another's. */
  series: string;
}

/** The body of a comment that carries the moment just before its insert was sent. */
export function stampedBody(series: string): string {
  return `${series} ${now()}`;
}

/** The series and the moment of a body. */
export function readStamp(body: string): { series: string; sentAt: number } {
  const [series = "", sentAt] = body.split(" ");
  return { series, sentAt: Number(sentAt) };
}

/**
 * Writes comments at a rate and gives back how many milliseconds each took to be acknowledged. The moments are shaken by
 * a fifth of their distance, or they would keep step with the database's own clockwork.
 */
export async function paced<Written>(
  { rate, count, series }: Order,
  write: (body: string) => Promise<Written>,
  after: (written: Written) => void = () => {},
): Promise<number[]> {
  const distance = 1000 / rate;
  const start = now();
  const acknowledged: number[] = [];
  for (let i = 0; i < count; i++) {
    const due = start + distance * (i + 0.2 * Math.random());
    await setTimeout(Math.max(0, due - now()));
    const before = now();
    const written = await write(stampedBody(series));
    const end = now();
    after(written);
    acknowledged.push(end - before);
  }
  return acknowledged;
}
