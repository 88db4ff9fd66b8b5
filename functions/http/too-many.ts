import { AppError } from "../../shared/errors.ts";

/** The refusal of what came too often; it says when it is worth another try. */
export function tooMany(what: string, milliseconds: number): AppError {
  const retryAfter = Math.max(1, Math.ceil(milliseconds / 1000));
  return new AppError("too_many_requests", { message: `${what} Try again in ${inWords(retryAfter)}.`, retryAfter });
}

function inWords(seconds: number): string {
  const [count, unit] = seconds > 60 ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
