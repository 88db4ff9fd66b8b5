import { z } from "zod";
import { type ErrorCode, errorTable } from "../errors.ts";

/** The one shape of every error of the API. */
export const errorBody = z.object({
  code: z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  requestId: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
});
export type ErrorBody = z.infer<typeof errorBody>;
