import { codePoints } from "../../../shared/contracts/code-points.ts";
import { limits } from "../../../shared/contracts/limits.ts";

/** So many characters before the limit, a writer is told how many are left. */
const told = 200;
const { max } = limits.comment;

/** How many more characters a comment can have, as the server counts them; below zero: how many are too many. */
export function charactersLeft(text: string): number {
  return max - codePoints(text);
}

/** What stands beside the field: nothing while there is plenty of room. */
export function countText(left: number): string {
  if (left > told) return "";
  return left < 0 ? `${characters(-left)} too many` : `${left} left`;
}

/** Why a text cannot be sent, and what to do; empty where it can. */
export function bodyProblem(text: string): string {
  if (text.trim() === "") return "Write something first.";
  const left = charactersLeft(text);
  if (left >= 0) return "";
  return `Shorten it by ${characters(-left)}: a comment can have at most ${number(max)}.`;
}

function characters(count: number): string {
  return count === 1 ? "1 character" : `${number(count)} characters`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}
