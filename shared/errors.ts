/** Every error code an API answer can carry, with its HTTP status and the sentence shown when none is given. */
export const errorTable = {
  invalid_input: [400, "Something in the request is not as it should be."],
  invalid_body: [400, "The body cannot be read: it is not valid JSON in UTF-8."],
  password_breached: [400, "This password is known from a data breach. Choose another one."],
  time_ahead: [400, "That time has not come yet on this database."],
  unauthenticated: [401, "Sign in first."],
  bad_credentials: [401, "Username or password is wrong."],
  account_disabled: [403, "This account is disabled."],
  origin_refused: [403, "This request does not come from an allowed origin."],
  not_found: [404, "There is nothing here."],
  method_not_allowed: [405, "This method is not allowed here."],
  username_taken: [409, "This username is taken."],
  idempotency_mismatch: [409, "This Idempotency-Key was used for another comment."],
  blocked: [409, "You block this person. Unblock them first."],
  too_many_friends: [409, "That is more friends than one person can have."],
  too_many_blocks: [409, "That is more people than one person can block."],
  too_many_open_requests: [409, "Too many of your friend requests are still open."],
  request_timeout: [408, "The request took too long to arrive."],
  body_too_large: [413, "The body is too large."],
  unsupported_media_type: [415, "This content type is not accepted here."],
  too_many_requests: [429, "That was too often. Try again later."],
  internal: [500, "Something went wrong on our side."],
  unavailable: [503, "The service is not available right now. Try again in a moment."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof errorTable;
export type ErrorStatus = (typeof errorTable)[ErrorCode][0];
/** Which field is wrong and what to do about it, by field name. */
export type FieldErrors = Record<string, string>;

/** The one error that Kith throws on purpose: a code of the table, a sentence for people, and the cause for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: FieldErrors | undefined;
  /** After how many seconds it is worth another try. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    options: { message?: string; fields?: FieldErrors; cause?: unknown; retryAfter?: number } = {},
  ) {
    super(options.message ?? errorTable[code][1], { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.fields = options.fields;
    this.retryAfter = options.retryAfter;
  }

  get status(): ErrorStatus {
    return errorTable[this.code][0];
  }
}

const unavailableNames = new Set([
  "MongoNetworkError",
  "MongoNetworkTimeoutError",
  "MongoServerSelectionError",
  "MongoTopologyClosedError",
  "MongoNotConnectedError",
  "MongoPoolClearedError",
  "MongoPoolClosedError",
  "MongoWaitQueueTimeoutError",
  "MongoOperationTimeoutError",
  "MongoWriteConcernError",
  "MongoServerClosedError",
  "MongoClientClosedError",
  "PoolClearedOnNetworkError",
  "MongooseServerSelectionError",
]);
/** Out of reach, out of time, interrupted, or a primary that is going or gone. */
const unavailableCodes = new Set([6, 7, 50, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11601, 11602, 13435, 13436]);

/**
 * What an unknown error is to the outside: a session that ended meanwhile is 401, a database out of reach is 503,
 * everything else a generic 500.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === "SessionGone") return new AppError("unauthenticated", { cause: error });
  return new AppError(isUnavailable(error) ? "unavailable" : "internal", { cause: error });
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  return unavailableNames.has(error.name) || (typeof code === "number" && unavailableCodes.has(code));
}

/** True for MongoDB's duplicate key error (E11000). */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 11000;
}
