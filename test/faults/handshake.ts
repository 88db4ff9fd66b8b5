import { upgrade } from "../helpers/upgrade.ts";

/** Asks a node for a socket and closes it: the status of the answer, 101 where it was given, 0 where there was none in 10 s. */
export function handshake(url: string, headers: Record<string, string>): Promise<number> {
  return upgrade(url, headers, { timeout: 10_000 }).then(
    ({ status }) => status,
    () => 0,
  );
}
