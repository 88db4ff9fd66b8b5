import { isIP } from "node:net";
import proxyAddr from "proxy-addr";

/**
 * Who sent a request, by its peer and its X-Forwarded-For: the nearest address that is none of the trusted proxies. From
 * a peer that is not trusted the header counts for nothing.
 * @param trusted addresses, CIDR ranges, or proxy-addr's names of ranges
 */
export function clientAddressReader(trusted: readonly string[]) {
  const trust = proxyAddr.compile([...trusted]);
  return (peer: string | undefined, forwardedFor: string | undefined): string | undefined => {
    if (peer === undefined || !trust(peer, 0)) return peer;
    const request = { headers: { "x-forwarded-for": forwardedFor }, socket: { remoteAddress: peer } };
    const address = withoutPort(proxyAddr(request as never, trust));
    return isIP(address) ? address : peer;
  };
}

/**
 * The form in which addresses are counted: IPv4 also where it came mapped into IPv6, IPv6 by the /64 that one subscriber
 * has whole, and "unknown" for what is none.
 */
export function countedAddress(address: string | undefined): string {
  const [bare = ""] = (address ?? "").split("%");
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) !== 6) return "unknown";
  const groups = groupsOf(bare);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(":")}::/64`;
}

/** The eight groups of an IPv6 address; a URL's host has them in hexadecimal, also where it was written in part as IPv4. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const parse = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last] = [parse(head), parse(tail ?? "")];
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

/** Some proxies append the port of whom they name. */
export function withoutPort(address: string): string {
  return /^(\d+(?:\.\d+){3}):\d+$/.exec(address)?.[1] ?? /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? address;
}
