import { MongoNetworkError, MongoServerError } from "mongodb";
import { expect, test } from "vitest";
import { verdictOf } from "../../realtime/changes/ending.ts";
import { AppError } from "../../shared/errors.ts";

const answer = (code: number, ...errorLabels: string[]) => new MongoServerError({ message: "no", code, errorLabels });
const label = "ResumableChangeStreamError";

test.each([
  ["a lost connection", new MongoNetworkError("connection closed"), "resumable", "kept"],
  ["a primary that stepped down", answer(189, label), "resumable", "kept"],
  ["any error that is called resumable", answer(4711, label), "resumable", "kept"],
  ["a cursor that is gone", answer(43), "resumable", "kept"],
  ["a read that took too long", answer(50), "resumable", "kept"],
  ["a place that the oplog has left behind", answer(286), "historyLost", "lost"],
  ["a place that the server cannot find", answer(280), "fatal", "lost"],
  ["a place that the server refuses", answer(260), "fatal", "lost"],
  ["a place that is lost, whatever its label says", answer(286, label), "historyLost", "lost"],
  ["an event that is too large", answer(10334), "oversize", "lost"],
  ["a resume token that is too large", answer(16493), "oversize", "lost"],
  ["another error of the server", answer(8000), "failed", "doubtful"],
  ["an answer that cannot be decoded", new TypeError("Invalid UTF-8 string in BSON document"), "failed", "doubtful"],
  ["what is no error at all", "odd", "failed", "doubtful"],
  ["nothing", undefined, "failed", "doubtful"],
])("reading that ends by %s", (_, error, ending, place) => {
  expect(verdictOf(error, "read")).toEqual({ ending, place });
});

test.each([
  ["a database out of reach", new MongoNetworkError("refused"), "unavailable", "kept"],
  ["a server that is starting", answer(11600, label), "unavailable", "kept"],
  ["a place that is lost", answer(286), "historyLost", "lost"],
  ["a user without the right to it", answer(13), "failed", "doubtful"],
])("opening that fails by %s", (_, error, ending, place) => {
  expect(verdictOf(error, "open")).toEqual({ ending, place });
});

test.each([
  ["a database out of reach", new AppError("unavailable"), "kept"],
  ["a mistake of ours", new TypeError("x is not a function"), "doubtful"],
  ["an error whose code means something else in a stream", answer(286), "doubtful"],
])("handing over that fails by %s", (_, error, place) => {
  expect(verdictOf(error, "deliver")).toEqual({ ending: "undelivered", place });
});
