import { demoPeople } from "./demo.ts";
import type { DevOptions } from "./options.ts";

/** What whoever started Kith reads once it runs. */
export function welcome(url: string, { empty }: Pick<DevOptions, "empty">): string {
  return ["", `  Kith is at ${url}`, "", ...(empty ? nobody(url) : friends()), ""].join("\n");
}

function friends(): string[] {
  return [
    "  Two friends to try it with, each in a browser (or a private window) of their own:",
    ...demoPeople.map(({ username, password, firstName }) => `    ${firstName}: ${username} / ${password}`),
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
