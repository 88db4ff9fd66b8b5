import { createHash } from "node:crypto";
import { RateLimiterMongo, RateLimiterRes } from "rate-limiter-flexible";
import { limits } from "../../shared/contracts/limits.ts";
import { type Database, operationTimeout } from "../../shared/database.ts";
import { AppError, toAppError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { normalUsername } from "../../shared/models/user.ts";
import { tooMany } from "../http/too-many.ts";

/** Whose attempts count together. An address is in the form of `countedAddress`. */
export interface Attempter {
  /** The username, known or not. */
  account: string;
  address: string;
}

export interface Attempts {
  /**
   * Runs a check of somebody's password, of which only so many may fail: for one account from one address, so that
   * nobody locks an owner out who signs in from another; and for one address. An attempt counts before the check, so that
   * guesses at once are not more, and no longer once the check succeeds (its value is not false or undefined) or our side fails.
   * @throws AppError `too_many_requests` with `retryAfter`; `unavailable` where attempts cannot be counted
   */
  guard<Value>(attempter: Attempter, check: () => Promise<Value>): Promise<Value>;
  /**
   * Counts a sign-up of an address.
   * @throws AppError as `guard`
   */
  countSignUp(address: string): Promise<void>;
  /**
   * Counts a change of a user's name, by the user's id.
   * @throws AppError as `guard`
   */
  countRename(user: string): Promise<void>;
}

interface Taken {
  limiter: RateLimiterMongo;
  key: string;
  /** When what was counted is forgotten, in epoch milliseconds. */
  endsAt: number;
}

/** Counts attempts in the shared database, for all processes together. */
export function createAttempts({ client }: Pick<Database, "client">, log: Log): Attempts {
  // A count that a fallen primary takes along is a small loss; waiting for a majority at each attempt is not.
  const storeClient = client.db(undefined, { writeConcern: { w: 1 } });
  const limiter = (keyPrefix: string, points: number, milliseconds: number) =>
    new RateLimiterMongo({
      storeClient,
      tableName: "attempts",
      keyPrefix,
      points,
      duration: milliseconds / 1000,
      disableIndexesCreation: true,
    });
  const { signIn, signUp, renames } = limits;
  const ofAccount = limiter("account", signIn.perAccount.failures, signIn.perAccount.milliseconds);
  const ofAddress = limiter("address", signIn.perAddress.failures, signIn.perAddress.milliseconds);
  const ofSignUps = limiter("sign-up", signUp.perAddress.attempts, signUp.perAddress.milliseconds);
  const ofRenames = limiter("rename", renames.perUser.attempts, renames.perUser.milliseconds);

  async function take(from: RateLimiterMongo, key: string, refusal = "Too many attempts."): Promise<Taken> {
    try {
      const { msBeforeNext } = await from.consume(key);
      return { limiter: from, key, endsAt: Date.now() + msBeforeNext };
    } catch (thrown) {
      if (!(thrown instanceof RateLimiterRes)) throw new AppError("unavailable", { cause: thrown });
      log.info({ limit: from.keyPrefix }, "attempts were too many");
      throw tooMany(refusal, thrown.msBeforeNext);
    }
  }

  async function giveBack({ limiter: to, key, endsAt }: Taken): Promise<void> {
    // One that came after the end would be an attempt more in the time that follows.
    if (endsAt - Date.now() < operationTimeout) return;
    await to.reward(key).catch((error) => log.warn({ err: error }, "an attempt could not be given back"));
  }

  return {
    async guard({ account, address }, check) {
      const pair = await take(ofAccount, hash(`${normalUsername(account)} ${address}`));
      let single: Taken;
      try {
        single = await take(ofAddress, hash(address));
      } catch (error) {
        await giveBack(pair);
        throw error;
      }
      try {
        const value = await check();
        if (!value) return value;
        await Promise.all([
          giveBack(single),
          ofAccount.delete(pair.key).catch((error) => log.warn({ err: error }, "attempts could not be forgotten")),
        ]);
        return value;
      } catch (error) {
        // Of a check that could not be made nobody learnt anything.
        if (toAppError(error).status >= 500) await Promise.all([giveBack(single), giveBack(pair)]);
        throw error;
      }
    },
    async countSignUp(address) {
      await take(ofSignUps, hash(address));
    },
    async countRename(user) {
      await take(ofRenames, hash(user), `Your name can change ${renames.perUser.attempts} times an hour.`);
    },
  };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
