import { AppError, type ErrorCode } from "./errors.ts";

/**
 * The value of a promise that keeps its time; otherwise rejects with an AppError of `code` after `milliseconds`. What was
 * started is not undone: its fate is unknown, and a write may still happen.
 */
export function withDeadline<Value>(
  work: Promise<Value>,
  milliseconds: number,
  code: ErrorCode = "unavailable",
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new AppError(code, { cause: new Error(`No answer within ${milliseconds} ms.`) }));
    }, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
