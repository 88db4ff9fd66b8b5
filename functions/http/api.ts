import { OpenAPIHono, z } from "@hono/zod-openapi";
import { errorBody } from "../../shared/contracts/errors.ts";
import type { ErrorCode } from "../../shared/errors.ts";
import { AppError, errorTable } from "../../shared/errors.ts";
import type { KnownUser } from "../../shared/users.ts";
import type { Exchange, LiveSession } from "./exchange.ts";

export type Env = {
  Variables: {
    exchange: Exchange;
    session: LiveSession | null | undefined;
    user: KnownUser;
    requestId: string;
  };
};

/** A part of the app whose routes are described by zod schemas; what does not fit them is an AppError. */
export function api(options: Pick<NonNullable<ConstructorParameters<typeof OpenAPIHono<Env>>[0]>, "router"> = {}) {
  return new OpenAPIHono<Env>({
    ...options,
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error);
    },
  });
}

/** One sentence for each field, the first that applies. */
export function invalidInput(error: Pick<z.ZodError, "issues">): AppError {
  const fields: Record<string, string> = Object.create(null);
  for (const issue of error.issues) {
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) fields[key] ??= "This field is not known here.";
    } else {
      fields[issue.path.map(String).join(".") || "body"] ??= issue.message;
    }
  }
  return new AppError("invalid_input", { fields });
}

/** The description of a JSON answer. */
export function answer<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { "application/json": { schema } } };
}

/** The description of a JSON body. */
export function jsonBodyOf<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } };
}

const error = z.object(errorBody.shape).openapi("Error");

/** The descriptions of the errors that a route can answer with, beside those that any can. */
export function errors(...codes: ErrorCode[]): Record<number, ReturnType<typeof answer<typeof error>>> {
  const described: Record<number, ReturnType<typeof answer<typeof error>>> = {};
  for (const code of [...codes, "internal", "unavailable"] as const) {
    const [status, message] = errorTable[code];
    const earlier = described[status];
    described[status] = answer(error, `${earlier ? `${earlier.description} ` : ""}\`${code}\`: ${message}`);
  }
  return described;
}
