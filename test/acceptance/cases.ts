import type { Visitor } from "./visitor.ts";

/** What a case is given: people in front of one target. */
export interface Scene {
  /** A browser with no cookie. */
  visitor(): Visitor;
  /** Somebody who has just signed up. */
  person(firstName: string): Promise<Visitor>;
}

export interface Case {
  name: string;
  run(scene: Scene): Promise<void>;
  /** Depends on how a request is handed over, so it runs with every shape of Lambda's events. */
  isOnEveryShape: boolean;
}

/** A list of cases that fills while they are named. */
export function caseList() {
  const cases: Case[] = [];
  const add =
    (isOnEveryShape: boolean) =>
    (name: string, run: Case["run"]): void => {
      cases.push({ name, run, isOnEveryShape });
    };
  return { cases, covers: add(false), coversEveryShape: add(true) };
}
