import type { Api } from "./api.ts";
import type { Names } from "./names.ts";

/** What each part of the feed is given. */
export interface PartOptions<Requests extends keyof Api> {
  api: Pick<Api, Requests>;
  names: Pick<Names, "learn" | "of">;
  random: () => number;
  changed: () => void;
  /** The API says that nobody is signed in. */
  refused: () => void;
}
