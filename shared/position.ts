import { Timestamp } from "mongodb";

/**
 * A place in the order of the feed: a BSON Timestamp as 16 hexadecimal digits, so that strings sort as times do.
 * Assigned by the database server alone; no clock of ours takes part.
 */
export type Position = string;

export function positionOf(at: Timestamp): Position {
  const { t, i } = parts(at);
  return hex8(t) + hex8(i);
}

export function timestampOf(position: Position): Timestamp {
  return new Timestamp({ t: Number.parseInt(position.slice(0, 8), 16), i: Number.parseInt(position.slice(8), 16) });
}

/** The timestamp moved back by `seconds`, never below zero. */
export function secondsBefore(at: Timestamp, seconds: number): Timestamp {
  const { t, i } = parts(at);
  return t > seconds ? new Timestamp({ t: t - seconds, i }) : new Timestamp({ t: 0, i: 0 });
}

/** When a timestamp was assigned, to the second. */
export function dateOf(at: Timestamp): Date {
  return new Date(parts(at).t * 1000);
}

function parts(at: Timestamp): { t: number; i: number } {
  return { t: at.getHighBitsUnsigned(), i: at.getLowBitsUnsigned() };
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, "0");
}
