import type { Config } from "../../shared/config.ts";
import type { Database } from "../../shared/database.ts";
import type { Log } from "../../shared/log.ts";
import { normalUsername, type UserRecord } from "../../shared/models/user.ts";
import type { UserDirectory } from "../../shared/users.ts";
import { verifyAndUpgrade } from "./passwords.ts";

/** Kith's own collection of users. */
export function ownUsers(deps: {
  config: Pick<Config, "passwordUpgrade">;
  database: Pick<Database, "models" | "findUser">;
  log: Log;
}): UserDirectory {
  const { config, database, log } = deps;
  return {
    findById: (id) => database.findUser(id),
    async findByName(name) {
      return (await database.models.users.findOne({ username: normalUsername(name) }).lean<UserRecord>()) ?? undefined;
    },
    verify(user, password) {
      const replace = async (next: string, old: string) =>
        database.models.users.updateOne({ _id: user?._id, password: old }, { $set: { password: next } });
      return verifyAndUpgrade(password, user?.password, config.passwordUpgrade ? { replace, log } : undefined);
    },
  };
}
