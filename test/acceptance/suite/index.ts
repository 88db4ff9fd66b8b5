import type { Case } from "../cases.ts";
import { cases as accounts } from "./accounts.ts";
import { cases as comments } from "./comments.ts";
import { cases as friends } from "./friends.ts";
import { cases as http } from "./http.ts";
import { cases as live } from "./live.ts";
import { cases as pages } from "./pages.ts";

/** The HTTP contract, case by case, whatever it runs on. */
export const suite: readonly Case[] = [...accounts, ...friends, ...comments, ...http, ...pages, ...live];
