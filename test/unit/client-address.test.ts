import { describe, expect, test } from "vitest";
import { clientAddressReader, countedAddress } from "../../shared/client-address.ts";

describe("the client's address", () => {
  const direct = clientAddressReader([]);
  const proxied = clientAddressReader(["loopback", "10.0.0.0/8", "2001:db8::/32"]);

  test.each([
    ["203.0.113.9", "198.51.100.1"],
    ["203.0.113.9", "127.0.0.1"],
    ["203.0.113.9", undefined],
    ["::ffff:203.0.113.9", "198.51.100.1"],
    ["2001:db9::1", "198.51.100.1, 127.0.0.1"],
  ])("is the peer's, %s, which no header of a peer that is not trusted changes", (peer, forwarded) => {
    expect(proxied(peer, forwarded)).toBe(peer);
  });

  test("is the peer's where no proxy is trusted, whoever the peer is", () => {
    for (const peer of ["127.0.0.1", "::1", "10.1.2.3"]) expect(direct(peer, "198.51.100.1")).toBe(peer);
  });

  test.each([
    ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["::1", "198.51.100.1", "198.51.100.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["10.1.2.3", "2001:db9::7", "2001:db9::7"],
    // What a client wrote itself stands left of what the proxies added.
    ["127.0.0.1", "127.0.0.1, 192.0.2.66, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["127.0.0.1", "192.0.2.66,198.51.100.1", "198.51.100.1"],
    ["127.0.0.1", "198.51.100.1:51324", "198.51.100.1"],
    ["127.0.0.1", "[2001:db9::7]:51324", "2001:db9::7"],
    ["127.0.0.1", "10.1.1.1", "10.1.1.1"],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "unknown", "127.0.0.1"],
    ["127.0.0.1", "198.51.100.1, <script>", "127.0.0.1"],
    ["127.0.0.1", "198.51.100.1, 999.1.1.1", "127.0.0.1"],
  ])("behind the proxy %s that says %j is %s", (peer, forwarded, address) => {
    expect(proxied(peer, forwarded)).toBe(address);
  });

  test("is not known where there is no peer", () => {
    expect(proxied(undefined, "198.51.100.1")).toBeUndefined();
  });
});

describe("addresses are counted", () => {
  test.each([
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::FFFF:cb00:7109", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    [undefined, "unknown"],
    ["", "unknown"],
    ["example.org", "unknown"],
  ])("%s as %s", (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });
});
