import type { Person } from "../../shared/contracts/people.ts";
import type { Database } from "../../shared/database.ts";
import { AppError } from "../../shared/errors.ts";
import { toPerson } from "../../shared/models/user.ts";

/**
 * The other side of a pair.
 * @throws AppError `invalid_input` for oneself, `not_found` for nobody
 */
export async function otherPerson(database: Pick<Database, "findUser">, me: string, id: string): Promise<Person> {
  if (id === me) throw new AppError("invalid_input", { fields: { userId: "This is you." } });
  const user = await database.findUser(id);
  if (!user) throw new AppError("not_found", { message: "There is no such person." });
  return toPerson(user);
}
