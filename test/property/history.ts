import fc from "fast-check";

/** What somebody does; people are numbers from 0, and so are the two nodes. */
export type Command =
  | { do: "want" | "unwant" | "block" | "unblock" | "befriend"; who: number; other: number }
  | { do: "comment"; who: number }
  /** Removes one of one's own comments: of those made until then, counted from the newest. */
  | { do: "remove"; who: number; nth: number }
  /** Loses the connection, and comes back at once, to a node; `leave`: whenever the client tries again by itself. */
  | { do: "reconnect" | "leave"; who: number; node: number }
  | { do: "restart"; node: number };

/** Commands that are launched together, and what is waited for before the next ones. */
export interface Step {
  commands: Command[];
  /** Whether the commands' answers are awaited. */
  isAwaited: boolean;
  /** Milliseconds. */
  pause: number;
}

export interface History {
  /** For each person the nodes that their devices are connected to at first. */
  devices: number[][];
  /** Who are friends at first. */
  friends: [number, number][];
  steps: Step[];
  /** Whether everybody loses the connection once more when all is done. */
  comesBack: boolean;
}

const node = fc.nat({ max: 1 });

function command(people: number): fc.Arbitrary<Command> {
  const who = fc.nat({ max: people - 1 });
  const two = fc
    .tuple(who, fc.integer({ min: 1, max: people - 1 }))
    .map(([a, b]) => ({ who: a, other: (a + b) % people }));
  const pair = (name: "want" | "unwant" | "block" | "unblock" | "befriend") =>
    two.map((both) => ({ do: name, ...both }));
  return fc.oneof(
    { weight: 60, arbitrary: who.map((who) => ({ do: "comment" as const, who })) },
    { weight: 20, arbitrary: pair("unwant") },
    { weight: 14, arbitrary: pair("befriend") },
    { weight: 14, arbitrary: pair("want") },
    { weight: 10, arbitrary: pair("block") },
    { weight: 10, arbitrary: pair("unblock") },
    { weight: 18, arbitrary: fc.record({ do: fc.constant("remove" as const), who, nth: fc.nat({ max: 2 }) }) },
    { weight: 14, arbitrary: fc.record({ do: fc.constantFrom("reconnect" as const, "leave" as const), who, node }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const), node }) },
  );
}

const step = (people: number): fc.Arbitrary<Step> =>
  fc.record({
    commands: fc.array(command(people), { minLength: 1, maxLength: 4 }),
    isAwaited: fc.boolean(),
    pause: fc.constantFrom(0, 0, 1, 5, 20),
  });

/** Histories of three to five people on two nodes. */
export const histories: fc.Arbitrary<History> = fc.integer({ min: 3, max: 5 }).chain((people) => {
  const pairs = Array.from({ length: people }, (_, a) =>
    Array.from({ length: a }, (_, b): [number, number] => [a, b]),
  ).flat();
  return fc.record({
    devices: fc.array(fc.constantFrom([0], [1], [0], [1], [0, 1]), { minLength: people, maxLength: people }),
    friends: fc.subarray(pairs, { minLength: 1 }),
    steps: fc.array(step(people), { minLength: 2, maxLength: 9, size: "max" }),
    comesBack: fc.nat({ max: 3 }).map((n) => n === 0),
  });
});

/** The history of a seed, always the same. */
export function historyOf(seed: number): History {
  return fc.sample(histories, { seed, numRuns: 1 })[0] as History;
}
