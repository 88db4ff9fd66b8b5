import type { Database } from "../../shared/database.ts";
import { nameFields } from "../../shared/models/user.ts";
import type { NeighbourUser } from "./neighbour/users.ts";

/** A user of Kith, and as the neighbour knows the same one. */
export async function createUser({ models }: Pick<Database, "models">, password: string): Promise<NeighbourUser> {
  const names = { username: "ada", firstName: "Ada", lastName: "Test" };
  const user = await models.users.create({
    ...names,
    ...nameFields(names),
    displayName: names.username,
    password: "a hash that nobody asks for",
    createdAt: new Date(),
  });
  return { id: user._id.toHexString(), username: names.username, password };
}
