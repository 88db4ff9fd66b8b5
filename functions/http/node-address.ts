import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import type { Config } from "../../shared/config.ts";
import { clientAddressReader } from "./client-address.ts";

/** Reads the client's address of a request that a Node server took. */
export function nodeAddressReader({ trustProxy }: Pick<Config, "trustProxy">): (c: Context) => string | undefined {
  const read = clientAddressReader(trustProxy);
  return (c) => read(getConnInfo(c).remote.address, c.req.header("x-forwarded-for"));
}
