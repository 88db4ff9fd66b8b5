import { parseArgs } from "node:util";
import { limits } from "../../shared/contracts/limits.ts";

export interface SeedOptions {
  people: number;
  /** Of each person, on average. */
  friends: number;
  comments: number;
  /** The same seed makes the same people and words, but for usernames that are taken and times, which go by today. */
  seed: number;
  /** Write where real people may be. */
  yes: boolean;
  help: boolean;
}

export const usage = `npm run seed [-- OPTIONS]
  --people N     people to add (50)
  --friends N    friends of each, about (8)
  --comments N   comments of the last days (500)
  --seed N       the same number makes people of the same names, who say the same; without it they are others
  --yes          needed with MONGODB_URI, unless NODE_ENV is development or test and it names this machine
  --help         print this

Each run adds to what is there: usernames that are taken are passed over, and times go by today. It writes to MONGODB_URI
or, without it, to the database of npm run dev, which may be running or not. Of the people who are there it befriends only
the two of npm run dev, and of those only who still has the password that it prints. All whom it makes have that password,
which is no secret: nobody real should be in that database.`;

/**
 * `fallbackSeed` is for a command line without one.
 * @throws Error saying what is wrong with the command line
 */
export function readOptions(args: string[], fallbackSeed: number): SeedOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args,
    options: {
      people: text,
      friends: text,
      comments: text,
      seed: text,
      yes: flag,
      help: { ...flag, short: "h" },
    },
  });
  const number = (name: "people" | "friends" | "comments" | "seed", byDefault: number, least: number, most: number) => {
    const given = values[name];
    if (given === undefined) return byDefault;
    if (!/^\d+$/.test(given) || Number(given) < least || Number(given) > most) {
      throw new Error(`--${name} must be a whole number from ${least} to ${most}.`);
    }
    return Number(given);
  };
  const people = number("people", 50, 2, 20_000);
  return {
    people,
    friends: number("friends", Math.min(8, people - 1), 1, Math.min(limits.friends / 2, people - 1)),
    comments: number("comments", 500, 0, 1_000_000),
    seed: number("seed", fallbackSeed, 0, 2 ** 32 - 1),
    yes: values.yes ?? false,
    help: values.help ?? false,
  };
}
