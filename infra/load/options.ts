import { parseArgs } from "node:util";

export interface LoadOptions {
  people: number;
  /** Of each person. */
  friends: number;
  /** Comments a second, of all people together. */
  rate: number;
  nodes: number;
  /** How long comments are written. */
  seconds: number;
  /** Every so many seconds; 0: never. */
  killNode: number;
  stopNode: number;
  restartNodes: number;
  killFunctions: number;
  /** A replica set and a database to fill; undefined: one of its own, thrown away in the end. */
  uri: string | undefined;
}

export const usage = `npm run load [-- OPTIONS]
  --people N            people, each with one socket (200)
  --friends N           friends of each, an even number (20)
  --rate N              comments a second, of all together; at most one a second and person (20)
  --nodes N             realtime processes (2)
  --duration S          seconds of commenting (30)
  --kill-node S         every S seconds, kill -9 a realtime process and start it again
  --stop-node S         every S seconds, pause one for 10 s
  --restart-nodes S     every S seconds, end and start all of them, one after the other
  --kill-functions S    every S seconds, kill -9 the functions process and start it again
  --uri URI             a database to fill, instead of one of its own`;

/** @throws Error saying what is wrong with the command line */
export function readOptions(args: string[]): LoadOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: {
      people: text,
      friends: text,
      rate: text,
      nodes: text,
      duration: text,
      "kill-node": text,
      "stop-node": text,
      "restart-nodes": text,
      "kill-functions": text,
      uri: text,
    },
  });
  const number = (name: Exclude<keyof typeof values, "uri">, byDefault: number, least: number, most: number) => {
    const given = values[name];
    const value = given === undefined ? byDefault : Number(given);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new Error(`--${name} must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
  const people = number("people", 200, 3, 20_000);
  const friends = number("friends", Math.min(20, 2 * Math.floor((people - 2) / 2)), 2, Math.min(5_000, people - 1));
  if (friends % 2 === 1) throw new Error("--friends must be an even number: friends stand on both sides of a ring.");
  return {
    people,
    friends,
    rate: number("rate", Math.min(20, people), 1, people),
    nodes: number("nodes", 2, 1, 32),
    seconds: number("duration", 30, 1, 24 * 3_600),
    killNode: number("kill-node", 0, 0, 3_600),
    stopNode: number("stop-node", 0, 0, 3_600),
    restartNodes: number("restart-nodes", 0, 0, 3_600),
    killFunctions: number("kill-functions", 0, 0, 3_600),
    uri: values.uri,
  };
}
