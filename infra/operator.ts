import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { deleteAccount } from "../functions/accounts/delete-account.ts";
import { endSessionsOf } from "../functions/accounts/end-sessions.ts";
import { hashPassword } from "../functions/accounts/passwords.ts";
import { readConfig } from "../shared/config.ts";
import { type Database, openDatabase } from "../shared/database.ts";
import { normalUsername, type UserRecord } from "../shared/models/user.ts";

const usage = `Usage: npm run operator -- COMMAND USERNAME

  disable USERNAME         nobody can sign in as this user, and all sessions end
  enable USERNAME          this user can sign in again
  reset-password USERNAME  prints a new password, this once; all sessions end
  delete USERNAME --yes    deletes the user with all comments and friendships
`;

/** Each takes a user, and gives back the line that it prints. */
const commands = {
  async disable({ models, sessions }, user) {
    await models.users.updateOne({ _id: user._id }, { $set: { disabledAt: new Date() } });
    await endSessionsOf({ models, sessions }, user._id.toHexString(), "accountDisabled");
    return `${user.displayName} is disabled.`;
  },

  async enable({ models }, user) {
    await models.users.updateOne({ _id: user._id }, { $unset: { disabledAt: "" } });
    return `${user.displayName} is enabled.`;
  },

  async "reset-password"({ models, sessions }, user) {
    const password = randomBytes(18).toString("base64url");
    await models.users.updateOne(
      { _id: user._id },
      { $set: { password: await hashPassword(password) }, $inc: { passwordChanges: 1 } },
    );
    await endSessionsOf({ models, sessions }, user._id.toHexString(), "passwordChanged");
    return password;
  },

  async delete(database, user) {
    await deleteAccount(database, user._id);
    return `${user.displayName} is deleted.`;
  },
} satisfies Record<string, (database: Database, user: UserRecord) => Promise<string>>;

type Command = keyof typeof commands;

/** What the operator wrote is no command: the exit code is 2, where for a command that failed it is 1. */
class UsageError extends Error {}

/** @throws UsageError */
function readArguments(args: string[]): { command: Command; username: string } | "help" {
  const { positionals, values } = parse(args);
  if (values.help) return "help";
  const [command, username, ...others] = positionals;
  const names = Object.keys(commands).join(", ");
  if (command === undefined) throw new UsageError(usage.trimEnd());
  if (!Object.hasOwn(commands, command)) throw new UsageError(`There is no command ${command}: there are ${names}.`);
  if (username === undefined) throw new UsageError(`${command} needs a username.`);
  if (others.length > 0) throw new UsageError(`${command} takes one username.`);
  if (command === "delete" && !values.yes) {
    throw new UsageError(`Deleting ${username} cannot be undone: add --yes if you mean it.`);
  }
  return { command: command as Command, username };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { yes: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split("\n")[0]);
  }
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === "help") {
    process.stdout.write(usage);
    return;
  }
  const database = await openDatabase(readConfig(process.env));
  try {
    const user = await database.models.users.findOne({ username: normalUsername(asked.username) }).lean<UserRecord>();
    if (!user) throw new Error(`There is no user ${asked.username}.`);
    process.stdout.write(`${await commands[asked.command](database, user)}\n`);
  } finally {
    await database.close();
  }
}

await main().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
