import type { Person } from "../../shared/contracts/people.ts";
import { demoPassword, demoPeople } from "./demo.ts";

/** What whoever started Kith reads once it runs. `demo`: who has `demoPassword`; undefined where nobody is there at all. */
export function welcome(url: string, demo: readonly Person[] | undefined): string {
  return ["", `  Kith is at ${url}`, "", ...(demo ? friends(url, demo) : nobody(url)), ""].join("\n");
}

function friends(url: string, demo: readonly Person[]): string[] {
  const areBoth = demo.length === demoPeople.length;
  return [
    ...(areBoth
      ? ["  Two friends to try it with, each in a browser (or a private window) of their own:"]
      : [`  Sign in as you did before, or sign up at ${url}/signup`]),
    ...demo.map(({ username, firstName }) => `    ${firstName}: ${username} / ${demoPassword}`),
    "  More people and comments: npm run seed",
    "",
    "  Ctrl-C stops everything; what was written stays for the next time.",
  ];
}

function nobody(url: string): string[] {
  return [
    "  Nobody is here yet. To try it with a friend:",
    `    1. Sign up at ${url}/signup`,
    "    2. Sign up once more, under another name, in another browser or a private window",
    "    3. Find one from the other by name, ask to be friends, accept, and comment",
    "",
    "  Ctrl-C stops everything; what was written goes with the next --empty. The usual database is as it was.",
  ];
}
