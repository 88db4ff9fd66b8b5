import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { clientAddressReader } from "../../shared/client-address.ts";
import type { Config } from "../../shared/config.ts";

/** Reads the client's address of a request that a Node server took. */
export function nodeAddressReader({ trustProxy }: Pick<Config, "trustProxy">): (c: Context) => string | undefined {
  const read = clientAddressReader(trustProxy);
  return (c) => read(getConnInfo(c).remote.address, c.req.header("x-forwarded-for"));
}
