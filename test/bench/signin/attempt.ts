import { type Agent, request } from "node:http";

/** Sends one sign-in with a wrong password; the status of its answer, once all of it is here. */
export function attempt(
  url: string,
  from: { agent: Agent; origin: string; username: string; address: string },
): Promise<number> {
  const body = JSON.stringify({ username: from.username, password: "a password that nobody has" });
  const headers = {
    origin: from.origin,
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-forwarded-for": from.address,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/api/session`, { agent: from.agent, method: "POST", headers }, (response) => {
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
