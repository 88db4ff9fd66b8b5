import type { Client } from "./client.ts";

/** What one side of a pair can ask of it, and what is answered. */
export const ask = (me: Client, path: "friends" | "blocks", method: "PUT" | "DELETE", other: { id: string }) =>
  me.fetch(`/api/${path}/${other.id}`, { method });

async function stateAfter(response: Promise<Response>): Promise<string> {
  const { state, code } = await (await response).json();
  return state ?? code;
}

/** The state that the answer tells, or the error's code. */
export const want = (me: Client, other: Client) => stateAfter(ask(me, "friends", "PUT", other));
export const unwant = (me: Client, other: Client) => stateAfter(ask(me, "friends", "DELETE", other));
export const block = (me: Client, other: Client) => stateAfter(ask(me, "blocks", "PUT", other));
export const unblock = (me: Client, other: Client) => stateAfter(ask(me, "blocks", "DELETE", other));

export const listOf = async (client: Client) => (await client.api.api.friends.$get({ query: {} })).json();
export const feedOf = async (client: Client) => (await client.api.api.comments.$get({ query: {} })).json();
