import { z } from "zod";
import { limits } from "./limits.ts";
import { text } from "./text.ts";

export const userId = z.string().regex(/^[0-9a-f]{24}$/, "An id is 24 hexadecimal digits, in lower case.");

/** What others see of a user. An `id` of a schema is the name by which the API's documents refer to it. */
export const person = z
  .object({
    id: userId,
    username: z.string(),
    firstName: z.string(),
    lastName: z.string(),
  })
  .meta({ id: "Person" });
export type Person = z.infer<typeof person>;

export const userIdParam = z.object({ userId });

export const peopleQuery = z.strictObject({
  q: text("The search", { min: 1, max: limits.search.max }),
});
export const peopleFound = z.object({ people: z.array(person) });
