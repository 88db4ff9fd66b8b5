import type { Context } from "hono";
import { getConnInfo } from "hono/aws-lambda";
import { clientAddressReader, withoutPort } from "../../shared/client-address.ts";
import type { Config } from "../../shared/config.ts";

/**
 * Reads the client's address of an event that Lambda was called with. The peer is the caller in the event's own field; a
 * load balancer has none, and adds its caller to X-Forwarded-For behind whatever that one sent. Otherwise the header counts
 * only where the peer is a proxy of TRUST_PROXY, as with a CDN in front.
 */
export function lambdaAddressReader({ trustProxy }: Pick<Config, "trustProxy">): (c: Context) => string | undefined {
  const read = clientAddressReader(trustProxy);
  return (c) => {
    const { address } = getConnInfo(c).remote;
    return read(address && withoutPort(address), c.req.header("x-forwarded-for"));
  };
}
