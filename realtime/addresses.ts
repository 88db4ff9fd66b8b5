import type { IncomingMessage } from "node:http";
import { clientAddressReader, countedAddress } from "../shared/client-address.ts";
import type { Config } from "../shared/config.ts";
import { AppError } from "../shared/errors.ts";

/** How many connections come from each address, in any phase. */
export interface Addresses {
  /**
   * Counts a connection until it is closed.
   * @throws AppError `too_many_requests` where its address has as many as it may have
   */
  take(request: IncomingMessage): void;
}

export function createAddresses({ sockets, trustProxy }: Pick<Config, "sockets" | "trustProxy">): Addresses {
  const addressOf = clientAddressReader(trustProxy);
  const counts = new Map<string, number>();

  function release(address: string): void {
    const count = counts.get(address) ?? 0;
    if (count > 1) counts.set(address, count - 1);
    else counts.delete(address);
  }

  return {
    take({ socket, headers }) {
      const address = countedAddress(addressOf(socket.remoteAddress, headers["x-forwarded-for"]?.toString()));
      const count = counts.get(address) ?? 0;
      if (count >= sockets.perAddress) {
        throw new AppError("too_many_requests", {
          message: "Too many connections come from this address. Close some.",
        });
      }
      counts.set(address, count + 1);
      socket.on("close", () => release(address));
    },
  };
}
