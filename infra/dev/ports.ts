import { createServer } from "node:net";

/** The first of these variables whose port is taken on `host`, or undefined. */
export async function takenPort(
  host: string,
  ports: Record<string, number>,
): Promise<{ variable: string; port: number } | undefined> {
  for (const [variable, port] of Object.entries(ports)) if (!(await isFree(host, port))) return { variable, port };
  return undefined;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
